package dev.mens.formats.safetensors;

import static dev.mens.formats.safetensors.SafeTensorsBytes.entry;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.mens.diagnostics.ProblemException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/// A damaged file is either still sound or refused with a diagnosis, without much memory.
final class MutatedHeaderTest {
    private static final byte[] SOUND =
            SafeTensorsBytes.of(
                    ("{\"__metadata__\":{\"mens.dtype:q\":\"Q8_0\",\"é\":\"x\"},"
                                    + entry("a", "F32", "[2,3]", 0, 24)
                                    + ","
                                    + entry("q", "U8", "[1,34]", 24, 58)
                                    + ","
                                    + entry("c", "BF16", "[]", 58, 60)
                                    + "}")
                            .getBytes(StandardCharsets.UTF_8),
                    new byte[60]);
    private static final long MEMORY_BYTES = 4_000_000;

    private static Path file;

    @BeforeContainer
    static void makeFile() throws IOException {
        file = Files.createTempFile("mutated", ".safetensors");
    }

    @AfterContainer
    static void removeFile() throws IOException {
        Files.delete(file);
    }

    record Edit(int at, int remove, byte[] insert) {}

    @Provide
    Arbitrary<List<Edit>> edits() {
        var pieces =
                Arbitraries.of(
                        "{",
                        "}",
                        "[",
                        "]",
                        "\"",
                        ",",
                        ":",
                        "-",
                        "9",
                        "99999999999999999999",
                        "1e9",
                        "null",
                        "__metadata__",
                        "U8",
                        "Q4_K",
                        "\\u0000",
                        "\\ud800",
                        "[[[[[[[[",
                        "{\"a\":{\"a\":",
                        "[0,0]",
                        "9223372036854775807");
        var bytes =
                Arbitraries.oneOf(
                        pieces.map(piece -> piece.getBytes(StandardCharsets.UTF_8)),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(9));
        return Combinators.combine(
                        Arbitraries.integers().between(0, SOUND.length),
                        Arbitraries.integers().between(0, 12),
                        bytes)
                .as(Edit::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    @Property(tries = 3000, shrinking = ShrinkingMode.BOUNDED)
    void a_damaged_file_is_sound_or_refused(
            @ForAll("edits") List<Edit> edits, @ForAll boolean fixLength) throws IOException {
        Files.write(file, damaged(edits, fixLength));
        var thread = (ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();
        try (var weights = new MappedWeightFiles().open(file)) {
            for (var name : weights.names()) {
                weights.tensor(name).data().toArray(ValueLayout.JAVA_BYTE);
            }
        } catch (ProblemException refused) {
            assertTrue(refused.problem().id().startsWith("vox/format/"), refused::getMessage);
        }
        long allocated = thread.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < MEMORY_BYTES, () -> allocated + " bytes for a tiny file");
    }

    private static byte[] damaged(List<Edit> edits, boolean fixLength) {
        var bytes = new StringBuilder(new String(SOUND, StandardCharsets.ISO_8859_1));
        for (var edit : edits) {
            int at = Math.min(edit.at(), bytes.length());
            bytes.replace(
                    at,
                    Math.min(bytes.length(), at + edit.remove()),
                    new String(edit.insert(), StandardCharsets.ISO_8859_1));
        }
        var result = bytes.toString().getBytes(StandardCharsets.ISO_8859_1);
        if (fixLength && result.length >= 68) {
            ByteBuffer.wrap(result).order(ByteOrder.LITTLE_ENDIAN).putLong(0, result.length - 68);
        }
        return result;
    }
}
