package dev.mens.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.model.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// What HuggingFace's tokenizers made of the same texts.
final class GoldenTokenizersTest {

    static List<Path> tokenizers() {
        return Goldens.folders("tokenizers");
    }

    static Stream<Path> models() {
        return Stream.concat(Goldens.folders("models").stream(), Stream.of(Goldens.tinytales()));
    }

    static List<Path> encoders() {
        return Goldens.folders("encoders");
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void texts_become_the_same_ids(Path folder) throws IOException {
        var tokenizer = new HfTokenizers().open(folder);
        var golden = Goldens.golden(folder);
        assertEquals(golden.get("vocab_size").asInt(), tokenizer.vocabularySize());
        for (var one : golden.get("cases")) {
            var text = one.get("text").asString();
            assertArrayEquals(Goldens.ids(one.get("ids")), tokenizer.encode(text, false), text);
            assertArrayEquals(
                    Goldens.ids(one.get("ids_with_special")), tokenizer.encode(text, true), text);
        }
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void ids_become_the_same_text(Path folder) throws IOException {
        var tokenizer = new HfTokenizers().open(folder);
        var golden = Goldens.golden(folder);
        for (var one : golden.get("cases")) {
            assertDecodes(tokenizer, one, "ids", "decoded", false);
            assertDecodes(tokenizer, one, "ids_with_special", "decoded_skip_special", true);
        }
        for (var one : golden.get("random_id_decodes")) {
            assertDecodes(tokenizer, one, "ids", "decoded", false);
            assertDecodes(tokenizer, one, "ids", "decoded_skip_special", true);
        }
    }

    private static void assertDecodes(
            Tokenizer tokenizer, JsonNode one, String ids, String text, boolean skip) {
        int[] sequence = Goldens.ids(one.get(ids));
        var expected = one.get(text).asString();
        assertEquals(expected, tokenizer.decode(sequence, skip));
        var streamed = new StringBuilder();
        var decoder = tokenizer.decoder(skip);
        for (int id : sequence) {
            var piece = decoder.accept(id);
            assertTrue(expected.startsWith(streamed.append(piece).toString()), piece);
        }
        assertEquals(expected, streamed.append(decoder.finish()).toString());
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void every_prefix_becomes_the_same_text(Path folder) throws IOException {
        var tokenizer = new HfTokenizers().open(folder);
        var golden = Goldens.golden(folder).get("prefix_decodes");
        int[] ids = Goldens.ids(golden.get("ids"));
        for (int n = 0; n < golden.get("decoded").size(); n++) {
            var expected = golden.get("decoded").get(n).asString();
            assertEquals(expected, tokenizer.decode(Arrays.copyOf(ids, n + 1), false));
        }
        assertEquals(ids.length, golden.get("decoded").size());
    }

    @ParameterizedTest
    @MethodSource("models")
    void prompts_of_the_models_become_the_same_ids(Path folder) throws IOException {
        var tokenizer = new HfTokenizers().open(folder);
        for (var one : Goldens.golden(folder).get("cases")) {
            var prompt = one.get("prompt").asString();
            assertArrayEquals(Goldens.ids(one.get("ids")), tokenizer.encode(prompt, true), prompt);
        }
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void sentences_of_the_encoders_become_the_same_ids(Path folder) throws IOException {
        var tokenizer = new HfTokenizers().open(folder);
        for (var one : Goldens.golden(folder).get("cases")) {
            var text = one.get("text").asString();
            assertArrayEquals(Goldens.ids(one.get("ids")), tokenizer.encode(text, true), text);
        }
    }

    @Test
    void tokens_are_found_by_name_and_by_id() throws IOException {
        var tokenizer = new HfTokenizers().open(Goldens.tinytales());
        assertEquals(1, tokenizer.id("<|end|>").orElseThrow());
        assertEquals("<|end|>", tokenizer.token(1));
        assertTrue(tokenizer.isSpecial(1));
        assertTrue(tokenizer.id("no such token").isEmpty());
        assertEquals("", tokenizer.token(1_000_000));
    }
}
