package dev.mens.formats.importer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.mens.diagnostics.ProblemException;
import dev.mens.formats.Goldens;
import dev.mens.formats.onnx.OnnxBytes;
import dev.mens.model.ImportOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/// Damaged files of every format are imported all the same or refused with a diagnosis: no other
/// exception, no hang, and not much more memory than the sound file takes.
final class MutatedImportTest {
    private static final long SECONDS = 5;
    private static final long MEMORY_BYTES = 400L << 20;

    private static Path folder;
    private static Map<String, byte[]> sound;

    @BeforeContainer
    static void readSoundFiles() throws IOException {
        folder = Files.createTempDirectory("mutated");
        sound =
                Map.of(
                        "a.gguf", golden("import/gguf/llama256-q2_k.gguf"),
                        "b.pt", golden("import/pickle/checkpoint-nested.pt"),
                        "c.pt", golden("import/pickle/llama3-rope-tied.legacy.pt"),
                        "d.onnx", onnx(),
                        "model.safetensors.index.json",
                                "{\"metadata\":{},\"weight_map\":{\"a\":\"b.pt\",\"c\":\"d.onnx\"}}"
                                        .getBytes(StandardCharsets.UTF_8));
    }

    @AfterContainer
    static void removeFiles() throws IOException {
        clear(folder);
        Files.delete(folder);
    }

    /// @param where part of the way through the interesting bytes
    record Edit(double where, int remove, byte[] insert) {}

    @Provide
    Arbitrary<List<Edit>> edits() {
        var extremes =
                Arbitraries.of(
                        new byte[] {-1, -1, -1, -1},
                        new byte[] {-1, -1, -1, -1, -1, -1, -1, 127},
                        new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
                        new byte[8],
                        new byte[] {0, 0, 0, -128},
                        new byte[] {9, 0, 0, 0},
                        "(((((((((((((((((((((".getBytes(StandardCharsets.US_ASCII),
                        "cos\nsystem\n".getBytes(StandardCharsets.US_ASCII),
                        "R".getBytes(StandardCharsets.US_ASCII),
                        "../".getBytes(StandardCharsets.US_ASCII));
        var bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(9);
        var edit =
                Combinators.combine(
                                Arbitraries.doubles().between(0, 1),
                                Arbitraries.integers().between(0, 12),
                                Arbitraries.frequencyOf(Tuple.of(2, bytes), Tuple.of(1, extremes)))
                        .as(Edit::new);
        return edit.list().ofMinSize(1).ofMaxSize(4);
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of("a.gguf", "b.pt", "c.pt", "d.onnx", "model.safetensors.index.json");
    }

    @Property(tries = 1500, shrinking = ShrinkingMode.OFF)
    void a_damaged_file_is_imported_or_refused(
            @ForAll("names") String name, @ForAll("edits") List<Edit> edits, @ForAll boolean cut)
            throws Exception {
        var bytes = sound.get(name);
        for (var edit : edits) {
            bytes = edited(name, bytes, edit);
        }
        if (cut) {
            bytes = Arrays.copyOf(bytes, (int) (bytes.length * edits.getFirst().where()));
        }
        var file = Files.write(folder.resolve(name), bytes);
        var staging = Files.createDirectories(folder.resolve("staging"));
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        long begun = System.nanoTime();
        try {
            new FormatImporter().read(file, staging, ImportOptions.AS_IT_IS, (_, _, _) -> {});
        } catch (ProblemException refused) {
            assertTrue(refused.problem().id().startsWith("vox/format/"), refused::getMessage);
        } finally {
            clear(folder);
        }
        assertTrue(System.nanoTime() - begun < SECONDS * 1_000_000_000, "it is slow");
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < MEMORY_BYTES, () -> allocated + " bytes");
    }

    private static byte[] edited(String name, byte[] bytes, Edit edit) {
        // Of the checkpoints, the pickle and the directory are at the ends.
        int span = Math.min(bytes.length, 12_000);
        int at = (int) (edit.where() * span);
        if (name.endsWith(".pt") && at % 2 == 1) {
            at = bytes.length - at;
        }
        int end = Math.min(bytes.length, at + edit.remove());
        var out = new ByteArrayOutputStream();
        out.write(bytes, 0, at);
        out.writeBytes(edit.insert());
        out.write(bytes, end, bytes.length - end);
        return out.toByteArray();
    }

    private static byte[] onnx() {
        var model = new OnnxBytes();
        for (int layer = 0; layer < 3; layer++) {
            var at = "encoder.layer." + layer;
            model.raw(at + ".dense.bias", new long[] {2}, 1, 2)
                    .raw("onnx::MatMul_" + layer, new long[] {2, 2}, 1, 2, 3, 4)
                    .node("MatMul", "", List.of("x", "onnx::MatMul_" + layer), "y" + layer)
                    .node("Add", "", List.of(at + ".dense.bias", "y" + layer), "x");
        }
        return model.initializer(
                        OnnxBytes.tensor("position.ids", OnnxBytes.INT64, 3)
                                .body(7, OnnxBytes.varints(0, 1, 2)))
                .model();
    }

    private static byte[] golden(String name) throws IOException {
        return Files.readAllBytes(Goldens.path(name));
    }

    private static void clear(Path folder) throws IOException {
        try (var walk = Files.walk(folder)) {
            for (var path : walk.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(folder)) {
                    Files.delete(path);
                }
            }
        }
    }
}
