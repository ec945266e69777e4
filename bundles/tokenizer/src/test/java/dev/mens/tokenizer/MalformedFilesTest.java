package dev.mens.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.ProblemException;
import dev.mens.tokenizer.text.TokenizerProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MalformedFilesTest {
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{}",
                "{\"model\":[]}",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{},\"merges\":[[\"a\",\"b\"]]}}",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":-1},\"merges\":[]}}",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":99999999999},\"merges\":[]}}",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":1},\"merges\":[\"a\"]}}",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":1}}}",
                "{\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"a\",\"b\"]]}}",
                "{\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"a\",1]],\"unk_id\":7}}",
                "{\"model\":{\"type\":\"WordPiece\",\"vocab\":[]}}",
                "{\"model\":{\"type\":\"Rnn\",\"vocab\":{}}}",
                "{\"version\":\"2.0\",\"model\":{\"type\":\"WordLevel\",\"vocab\":{}}}",
                "{\"normalizer\":{\"type\":\"No\"},\"model\":{\"type\":\"WordLevel\",\"vocab\":{}}}",
                "{\"normalizer\":7,\"model\":{\"type\":\"WordLevel\",\"vocab\":{}}}",
                "{\"normalizer\":{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"AAAA\"},"
                        + "\"model\":{\"type\":\"WordLevel\",\"vocab\":{}}}",
                "{\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(\"},\"behavior\":"
                        + "\"Isolated\"},\"model\":{\"type\":\"WordLevel\",\"vocab\":{}}}",
                "{\"post_processor\":{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":"
                    + "{\"id\":\"x\"}}],\"pair\":[]},\"model\":{\"type\":\"WordLevel\","
                    + "\"vocab\":{}}}",
                "{\"decoder\":{\"type\":\"Strip\",\"content\":\"ab\"},\"model\":{\"type\":"
                        + "\"WordLevel\",\"vocab\":{}}}"
            })
    void a_wrong_tokenizer_json_is_a_problem(String json) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), json);
        assertProblem(folder);
    }

    @Test
    void a_folder_without_a_tokenizer_is_a_problem() {
        assertEquals(TokenizerProblem.MISSING, assertProblem(folder).problem());
    }

    @Test
    void deep_nesting_is_a_problem() throws IOException {
        var file = folder.resolve("tokenizer.json");
        Files.writeString(file, "{\"model\":" + "[".repeat(100_000));
        assertEquals(TokenizerProblem.MALFORMED, assertProblem(folder).problem());
    }

    @Test
    void an_unknown_word_without_an_unknown_token_is_a_problem() throws IOException {
        Files.writeString(
                folder.resolve("tokenizer.json"),
                "{\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"a\":0},\"unk_token\":\"u\"}}");
        var tokenizer = new HfTokenizers().open(folder);
        assertEquals(0, tokenizer.encode("a", false)[0]);
        var e = assertThrows(ProblemException.class, () -> tokenizer.encode("b", false));
        assertEquals(TokenizerProblem.NO_UNKNOWN_TOKEN, e.problem());
    }

    @Property(tries = 300)
    void a_damaged_tokenizer_json_opens_or_is_a_problem(
            @ForAll @IntRange(max = 35_000) int at, @ForAll byte value, @ForAll boolean cut)
            throws IOException {
        byte[] bytes = Files.readAllBytes(Goldens.tinytales().resolve("tokenizer.json"));
        bytes[at % bytes.length] = value;
        assertOpensOrProblem(
                "tokenizer.json", cut ? Arrays.copyOf(bytes, at % bytes.length) : bytes);
    }

    @Property(tries = 300)
    void random_bytes_open_or_are_a_problem(@ForAll byte[] bytes) throws IOException {
        assertOpensOrProblem("tokenizer.json", bytes);
        assertOpensOrProblem("tokenizer.model", bytes);
    }

    private static void assertOpensOrProblem(String name, byte[] bytes) throws IOException {
        var folder = Files.createTempDirectory("tokenizer");
        var file = Files.write(folder.resolve(name), bytes);
        try {
            var tokenizer = new HfTokenizers().open(folder);
            tokenizer.decode(tokenizer.encode("Once upon a time 42 é", true), false);
        } catch (ProblemException e) {
            assertTrue(e.problem().id().startsWith("vox/tokenizer/"), e.getMessage());
        } finally {
            Files.delete(file);
            Files.delete(folder);
        }
    }

    private static ProblemException assertProblem(Path folder) {
        var e = assertThrows(ProblemException.class, () -> new HfTokenizers().open(folder));
        assertEquals(Blame.INPUT, e.problem().blame());
        return e;
    }
}
