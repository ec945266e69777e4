package dev.mens.tokenizer.json;

import dev.mens.tokenizer.model.BytePairs;
import dev.mens.tokenizer.model.SubwordModel;
import dev.mens.tokenizer.model.UnigramLattice;
import dev.mens.tokenizer.model.Vocabulary;
import dev.mens.tokenizer.model.WholeWords;
import dev.mens.tokenizer.model.WordPieces;
import java.util.Objects;

/// Models as tokenizer.json writes them.
final class Models {
    private static final int MAX_CHARS_PER_WORD = 1 << 20;

    private Models() {}

    static SubwordModel of(TokenizerJson file, Section json) {
        var vocabulary = file.vocabulary();
        if (vocabulary == null) {
            throw json.malformed("vocab", "is missing");
        }
        var type = json.string("type", guess(file, json));
        if (file.scores() != null && !type.equals("Unigram")) {
            throw json.malformed("vocab", "is a list");
        }
        return switch (type) {
            case "BPE" -> bytePairs(file, json, vocabulary);
            case "Unigram" -> unigram(file, json, vocabulary);
            case "WordPiece" ->
                    new WordPieces(
                            vocabulary,
                            json.string("unk_token", "[UNK]"),
                            json.string("continuing_subword_prefix", "##"),
                            json.number("max_input_chars_per_word", 100, MAX_CHARS_PER_WORD));
            case "WordLevel" -> new WholeWords(vocabulary, json.string("unk_token", "<unk>"));
            default -> throw json.unsupported("the model " + type);
        };
    }

    /// Old files do not say what they are.
    private static String guess(TokenizerJson file, Section json) {
        if (file.merges() != null) {
            return "BPE";
        }
        if (file.scores() != null) {
            return "Unigram";
        }
        return json.has("continuing_subword_prefix") ? "WordPiece" : "WordLevel";
    }

    private static SubwordModel bytePairs(TokenizerJson file, Section json, Vocabulary vocabulary) {
        if (file.merges() == null) {
            throw json.malformed("merges", "is missing");
        }
        return new BytePairs(
                vocabulary,
                file.merges(),
                new BytePairs.Options(
                        json.string("unk_token", null),
                        Objects.requireNonNull(json.string("continuing_subword_prefix", "")),
                        Objects.requireNonNull(json.string("end_of_word_suffix", "")),
                        json.flag("fuse_unk", false),
                        json.flag("byte_fallback", false),
                        json.flag("ignore_merges", false)));
    }

    private static SubwordModel unigram(TokenizerJson file, Section json, Vocabulary vocabulary) {
        var scores = file.scores();
        if (scores == null) {
            throw json.malformed("vocab", "has no scores");
        }
        int unknown = json.has("unk_id") ? json.number("unk_id", 0, TokenizerJson.MAX_ID) : -1;
        if (unknown >= scores.length) {
            throw json.malformed("unk_id", "is outside the vocabulary");
        }
        return new UnigramLattice(vocabulary, scores, unknown, json.flag("byte_fallback", false));
    }
}
