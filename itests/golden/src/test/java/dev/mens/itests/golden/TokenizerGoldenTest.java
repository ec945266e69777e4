package dev.mens.itests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.mens.model.Tokenizer;
import dev.mens.tokenizer.HfTokenizers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// Tokenizers, in both directions and for every prefix.
final class TokenizerGoldenTest {

    @TestFactory
    Stream<DynamicNode> a_tokenizer_does_what_huggingface_does() {
        return Goldens.each(
                "tokenizers",
                folder -> dynamicContainer(folder.getFileName().toString(), tests(folder)));
    }

    private static List<DynamicTest> tests(Path folder) {
        var golden = Goldens.golden(folder);
        var opened = new Opened(folder);
        var tests = new ArrayList<DynamicTest>();
        for (var one : Goldens.numbered(golden.path("cases"))) {
            tests.add(dynamicTest(one.toString(), () -> text(opened.get(), one.value())));
        }
        for (var one : Goldens.numbered(golden.path("random_id_decodes"))) {
            tests.add(
                    dynamicTest(
                            "random ids " + one.number(),
                            () -> decodes(opened.get(), one.value(), "ids", "decoded", false)));
        }
        var prefixes = golden.path("prefix_decodes");
        for (int i = 0; i < prefixes.path("decoded").size(); i++) {
            int length = i + 1;
            tests.add(
                    dynamicTest("prefix " + length, () -> prefix(opened.get(), prefixes, length)));
        }
        return tests;
    }

    private static void text(Tokenizer tokenizer, JsonNode one) {
        var text = one.path("text").stringValue();
        assertArrayEquals(Goldens.ints(one.path("ids")), tokenizer.encode(text, false));
        assertArrayEquals(Goldens.ints(one.path("ids_with_special")), tokenizer.encode(text, true));
        decodes(tokenizer, one, "ids", "decoded", false);
        decodes(tokenizer, one, "ids_with_special", "decoded_skip_special", true);
    }

    /// At once and streamed.
    private static void decodes(
            Tokenizer tokenizer, JsonNode one, String ids, String text, boolean skipSpecial) {
        var expected = one.path(text).stringValue();
        var sequence = Goldens.ints(one.path(ids));
        assertEquals(expected, tokenizer.decode(sequence, skipSpecial));
        var decoder = tokenizer.decoder(skipSpecial);
        var streamed = new StringBuilder();
        for (int id : sequence) {
            streamed.append(decoder.accept(id));
        }
        assertEquals(expected, streamed.append(decoder.finish()).toString());
    }

    private static void prefix(Tokenizer tokenizer, JsonNode prefixes, int length) {
        var ids = Arrays.copyOf(Goldens.ints(prefixes.path("ids")), length);
        assertEquals(
                prefixes.path("decoded").get(length - 1).stringValue(),
                tokenizer.decode(ids, false));
    }

    /// Opens at the first test, so that a tokenizer that cannot be opened fails its tests.
    private static final class Opened {
        private final Path folder;

        Opened(Path folder) {
            this.folder = folder;
        }

        Tokenizer get() {
            try {
                return new HfTokenizers().open(folder);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
    }
}
