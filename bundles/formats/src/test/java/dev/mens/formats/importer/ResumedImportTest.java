package dev.mens.formats.importer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.formats.Goldens;
import dev.mens.model.ImportOptions;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResumedImportTest {
    private static final Path SOURCE = Goldens.path("import/gguf/llama256-q4_0.gguf");

    @TempDir Path folder;

    @Test
    void an_interrupted_conversion_is_completed_to_the_same_bytes() throws Exception {
        var whole = Files.createDirectory(folder.resolve("whole"));
        new FormatImporter().read(SOURCE, whole, ImportOptions.AS_IT_IS, (_, _, _) -> {});
        var staging = Files.createDirectory(folder.resolve("staging"));
        interruptHalfway(staging);
        var part = staging.resolve("model.safetensors.part");
        long done = Files.size(part);
        assertTrue(done > 100_000, "only " + done);
        // What is kept is not written again, so a mark in it stays.
        mark(part, done / 2);
        new FormatImporter().read(SOURCE, staging, ImportOptions.AS_IT_IS, (_, _, _) -> {});
        assertEquals(
                done / 2,
                Files.mismatch(
                        whole.resolve("model.safetensors"), staging.resolve("model.safetensors")));
    }

    @Test
    void a_leftover_of_something_else_is_written_over() throws Exception {
        var staging = Files.createDirectory(folder.resolve("staging"));
        Files.write(staging.resolve("model.safetensors.part"), new byte[3_000_000]);
        new FormatImporter().read(SOURCE, staging, ImportOptions.AS_IT_IS, (_, _, _) -> {});
        var whole = Files.createDirectory(folder.resolve("whole"));
        new FormatImporter().read(SOURCE, whole, ImportOptions.AS_IT_IS, (_, _, _) -> {});
        assertEquals(
                -1,
                Files.mismatch(
                        whole.resolve("model.safetensors"), staging.resolve("model.safetensors")));
    }

    private static void interruptHalfway(Path staging) {
        assertThrows(
                InterruptedException.class,
                () ->
                        new FormatImporter()
                                .read(
                                        SOURCE,
                                        staging,
                                        ImportOptions.AS_IT_IS,
                                        (_, done, total) -> {
                                            if (done > total / 2) {
                                                Thread.currentThread().interrupt();
                                            }
                                        }));
    }

    private static void mark(Path file, long at) throws Exception {
        try (var access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(at);
            int old = access.read();
            access.seek(at);
            access.write(old ^ 1);
        }
    }
}
