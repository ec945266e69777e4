package dev.mens.tokenizer.json;

import dev.mens.tokenizer.model.Vocabulary;
import dev.mens.tokenizer.text.TokenizerProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The contents of tokenizer.json; vocabulary and merges are streamed, because they are long.
///
/// @param root everything but the three below
/// @param scores of the vocabulary by id, or null
/// @param merges left and right token each, or null
public record TokenizerJson(
        ObjectNode root,
        @Nullable Vocabulary vocabulary,
        double @Nullable [] scores,
        @Nullable List<String[]> merges) {
    public static final int MAX_ID = 1 << 24;
    private static final long MAX_BYTES = 1L << 27;
    private static final int MAX_TOKEN_UNITS = 1 << 14;
    private static final int MAX_MERGES = 1 << 24;
    private static final JsonMapper MAPPER =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    /// @throws dev.mens.diagnostics.ProblemException vox/tokenizer/malformed,
    ///     vox/tokenizer/too-large
    public static TokenizerJson read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw TokenizerProblem.TOO_LARGE.with(file, "it is longer than 128 MiB");
        }
        try (var in = Files.newInputStream(file);
                var parser = MAPPER.createParser(in)) {
            return new Reader(file, parser).read();
        } catch (JacksonException e) {
            throw TokenizerProblem.MALFORMED.because(e, file, e.getOriginalMessage());
        }
    }

    /// A vocab.json: a map from token to id.
    static Vocabulary vocabulary(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw TokenizerProblem.TOO_LARGE.with(file, "it is longer than 128 MiB");
        }
        try (var in = Files.newInputStream(file);
                var parser = MAPPER.createParser(in)) {
            return new Reader(file, parser).readVocabulary();
        } catch (JacksonException e) {
            throw TokenizerProblem.MALFORMED.because(e, file, e.getOriginalMessage());
        }
    }

    private static final class Reader {
        private final Path file;
        private final JsonParser parser;
        private final ObjectNode root = MAPPER.createObjectNode();
        private @Nullable Vocabulary vocabulary;
        private double @Nullable [] scores;
        private @Nullable List<String[]> merges;

        Reader(Path file, JsonParser parser) {
            this.file = file;
            this.parser = parser;
        }

        TokenizerJson read() {
            expect(parser.nextToken(), JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                var name = parser.currentName();
                var token = parser.nextToken();
                if (name.equals("model") && token == JsonToken.START_OBJECT) {
                    root.set(name, model());
                } else {
                    root.set(name, tree());
                }
            }
            return new TokenizerJson(root, vocabulary, scores, merges);
        }

        Vocabulary readVocabulary() {
            expect(parser.nextToken(), JsonToken.START_OBJECT);
            return vocabularyObject();
        }

        private JsonNode tree() {
            return MAPPER.readTree(parser);
        }

        private ObjectNode model() {
            var fields = MAPPER.createObjectNode();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                var name = parser.currentName();
                var token = parser.nextToken();
                if (name.equals("vocab") && token == JsonToken.START_OBJECT) {
                    vocabulary = vocabularyObject();
                } else if (name.equals("vocab") && token == JsonToken.START_ARRAY) {
                    scoredVocabulary();
                } else if (name.equals("merges") && token == JsonToken.START_ARRAY) {
                    merges();
                } else {
                    fields.set(name, tree());
                }
            }
            return fields;
        }

        private Vocabulary vocabularyObject() {
            var found = new Vocabulary(1024);
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                var token = checked(parser.currentName());
                expect(parser.nextToken(), JsonToken.VALUE_NUMBER_INT);
                long id = parser.getLongValue();
                if (id < 0 || id > MAX_ID) {
                    throw malformed("the id of \"" + token + "\" is " + id);
                }
                found.put(token, (int) id);
            }
            return found;
        }

        private void scoredVocabulary() {
            var found = new Vocabulary(1024);
            var all = new double[1024];
            int id = 0;
            while (parser.nextToken() == JsonToken.START_ARRAY) {
                expect(parser.nextToken(), JsonToken.VALUE_STRING);
                var token = checked(parser.getString());
                var number = parser.nextToken();
                if (number == null || !number.isNumeric()) {
                    throw malformed("the score of \"" + token + "\" is no number");
                }
                if (id == all.length) {
                    all = Arrays.copyOf(all, id * 2);
                }
                all[id] = parser.getDoubleValue();
                found.put(token, id++);
                expect(parser.nextToken(), JsonToken.END_ARRAY);
                if (id > MAX_ID) {
                    throw TokenizerProblem.TOO_LARGE.with(file, "more than 16 million tokens");
                }
            }
            vocabulary = found;
            scores = Arrays.copyOf(all, id);
        }

        private void merges() {
            var found = new ArrayList<String[]>();
            for (var t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
                if (t == JsonToken.START_ARRAY) {
                    expect(parser.nextToken(), JsonToken.VALUE_STRING);
                    var left = parser.getString();
                    expect(parser.nextToken(), JsonToken.VALUE_STRING);
                    found.add(new String[] {left, parser.getString()});
                    expect(parser.nextToken(), JsonToken.END_ARRAY);
                } else {
                    expect(t, JsonToken.VALUE_STRING);
                    var pair = merge(parser.getString());
                    if (pair != null) {
                        found.add(pair);
                    }
                }
                if (found.size() > MAX_MERGES) {
                    throw TokenizerProblem.TOO_LARGE.with(file, "more than 16 million merges");
                }
            }
            merges = found;
        }

        private String checked(String token) {
            if (token.length() > MAX_TOKEN_UNITS) {
                throw TokenizerProblem.TOO_LARGE.with(
                        file, "a token has more than " + MAX_TOKEN_UNITS + " characters");
            }
            return token;
        }

        private void expect(@Nullable JsonToken found, JsonToken expected) {
            if (found != expected) {
                throw malformed(
                        "%s is expected at line %d"
                                .formatted(expected, parser.currentLocation().getLineNr()));
            }
        }

        private RuntimeException malformed(String why) {
            return TokenizerProblem.MALFORMED.with(file, why);
        }
    }

    /// A line of merges.txt as left and right, or null for its header.
    public static String @Nullable [] merge(String line) {
        if (line.startsWith("#version")) {
            return null;
        }
        int space = line.indexOf(' ');
        if (space < 0 || line.indexOf(' ', space + 1) >= 0) {
            throw TokenizerProblem.MALFORMED.with("merges", "\"" + line + "\" is no pair");
        }
        return new String[] {line.substring(0, space), line.substring(space + 1)};
    }
}
