package dev.mens.formats;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/// JSON from strangers: UTF-8 only, no duplicate names, little nesting, one value.
public final class StrictJson {
    private static final int MAX_DEPTH = 64;

    /// The longest text in a sound header is a training's log in its metadata.
    private static final int MAX_TEXT = 8 << 20;

    /// How Jackson words it; it has no exception of its own for this.
    private static final String DUPLICATE = "Duplicate Object property";

    /// Names are neither interned nor kept in a table that crafted names could make slow.
    private static final TokenStreamFactory FACTORY =
            JsonFactory.builder()
                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                    .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxNameLength(65_536)
                                    .maxStringLength(MAX_TEXT)
                                    .maxNumberLength(1_000)
                                    .build())
                    .build();

    private StrictJson() {}

    /// What to do with the tokens of a document.
    public interface Reading<T> {
        T read(JsonParser json);
    }

    /// Runs `reading` over a document and requires that nothing but white space follows it.
    ///
    /// @param file for messages
    /// @throws dev.mens.diagnostics.ProblemException vox/format/header-…
    public static <T> T read(InputStream bytes, String file, Reading<T> reading)
            throws IOException {
        try (var json = FACTORY.createParser(ObjectReadContext.empty(), utf8(bytes))) {
            var result = reading.read(json);
            if (json.nextToken() != null) {
                throw FormatProblem.HEADER_NOT_JSON.with(file, "something follows its end");
            }
            return result;
        } catch (StreamConstraintsException limit) {
            throw FormatProblem.HEADER_LIMIT.because(limit, file, limit.getOriginalMessage());
        } catch (JacksonIOException failure) {
            if (failure.getCause() instanceof CharacterCodingException) {
                throw FormatProblem.HEADER_NOT_UTF8.because(failure, file);
            }
            throw failure.getCause();
        } catch (StreamReadException broken) {
            if (broken.getOriginalMessage().startsWith(DUPLICATE)) {
                throw FormatProblem.DUPLICATE_NAME.because(
                        broken,
                        file,
                        broken.getOriginalMessage().substring(DUPLICATE.length()).strip());
            }
            throw FormatProblem.HEADER_NOT_JSON.because(broken, file, broken.getOriginalMessage());
        }
    }

    private static Reader utf8(InputStream bytes) {
        return new InputStreamReader(
                bytes,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT));
    }
}
