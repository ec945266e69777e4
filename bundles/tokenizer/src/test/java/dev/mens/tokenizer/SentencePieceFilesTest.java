package dev.mens.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.diagnostics.ProblemException;
import dev.mens.model.Tokenizer;
import dev.mens.tokenizer.text.TokenizerProblem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// tokenizer.model, and vocab.json with merges.txt.
final class SentencePieceFilesTest {
    @TempDir Path folder;

    @Test
    void bpe_merges_by_score_and_falls_back_to_bytes() throws IOException {
        var model = new Message();
        model.part(1, piece("<unk>", 0, 2)).part(1, piece("<s>", 0, 3));
        model.part(1, piece("</s>", 0, 3));
        for (int b = 0; b < 256; b++) {
            model.part(1, piece("<0x%02X>".formatted(b), 0, 6));
        }
        model.part(1, piece("▁a", -1, 1)).part(1, piece("ab", -2, 1));
        model.part(1, piece("▁", -3, 1)).part(1, piece("a", -4, 1)).part(1, piece("b", -5, 1));
        model.part(2, new Message().number(3, 2).number(35, 1));
        var tokenizer = write(model);
        assertArrayEquals(new int[] {1, 259, 263}, tokenizer.encode("ab", true));
        assertArrayEquals(new int[] {259, 263, 3 + 0xC3, 3 + 0xA9}, tokenizer.encode("abé", false));
        assertEquals("ab é", tokenizer.decode(tokenizer.encode("ab é", true), true));
    }

    @Test
    void unigram_takes_the_best_path_and_ends_the_text() throws IOException {
        var model = new Message();
        model.part(1, piece("<pad>", 0, 3)).part(1, piece("</s>", 0, 3));
        model.part(1, piece("<unk>", 0, 2)).part(1, piece("▁ab", -1, 1));
        model.part(1, piece("▁a", -0.4f, 1)).part(1, piece("b", -0.5f, 1));
        model.part(2, new Message().number(3, 1).number(41, -1).number(42, 1));
        var tokenizer = write(model);
        assertArrayEquals(new int[] {4, 5, 2, 1}, tokenizer.encode("abx  ", true));
        assertEquals("ab", tokenizer.decode(new int[] {4, 5, 1}, true));
        assertTrue(tokenizer.isSpecial(1));
    }

    @Test
    void a_cut_file_is_a_problem() throws IOException {
        var model = new Message().part(1, piece("<unk>", 0, 2)).part(1, piece("a", -1, 1));
        byte[] bytes = model.bytes.toByteArray();
        Files.write(folder.resolve("tokenizer.model"), Arrays.copyOf(bytes, bytes.length - 3));
        var e = assertThrows(ProblemException.class, () -> new HfTokenizers().open(folder));
        assertEquals(TokenizerProblem.MALFORMED, e.problem());
    }

    @Test
    void a_vocabulary_and_merges_make_gpt2() throws IOException {
        Files.writeString(
                folder.resolve("vocab.json"),
                "{\"a\":0,\"b\":1,\"ab\":2,\"Ġ\":3,\"Ġab\":4,\"<|endoftext|>\":5}");
        Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\na b\nĠ ab\n");
        var tokenizer = new HfTokenizers().open(folder);
        assertArrayEquals(new int[] {2, 4, 5, 2}, tokenizer.encode("ab ab<|endoftext|>ab", true));
        assertEquals("ab abab", tokenizer.decode(new int[] {2, 4, 5, 2}, true));
    }

    private Tokenizer write(Message model) throws IOException {
        Files.write(folder.resolve("tokenizer.model"), model.bytes.toByteArray());
        return new HfTokenizers().open(folder);
    }

    private static Message piece(String text, float score, int type) {
        return new Message()
                .raw(1, text.getBytes(StandardCharsets.UTF_8))
                .decimal(2, score)
                .number(3, type);
    }

    /// Writes protobuf.
    private static final class Message {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Message number(int field, long value) {
            varint(field << 3);
            varint(value);
            return this;
        }

        Message decimal(int field, float value) {
            varint((field << 3) | 5);
            bytes.writeBytes(
                    ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
            return this;
        }

        Message part(int field, Message part) {
            return raw(field, part.bytes.toByteArray());
        }

        Message raw(int field, byte[] part) {
            varint((field << 3) | 2);
            varint(part.length);
            bytes.writeBytes(part);
            return this;
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                bytes.write((int) (rest & 0x7F | 0x80));
                rest >>>= 7;
            }
            bytes.write((int) rest);
        }
    }
}
