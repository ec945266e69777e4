package dev.mens.itests.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.ProblemException;
import dev.mens.formats.importer.FormatImporter;
import dev.mens.formats.safetensors.MappedWeightFiles;
import dev.mens.model.ImportOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// Files that were made to mislead.
final class HostileGoldenTest {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @TempDir static Path temporary;

    @TestFactory
    Stream<? extends DynamicNode> a_hostile_file_is_refused_with_a_diagnostic() {
        var files =
                Goldens.children(Goldens.folder().resolve("import/hostile"), Files::isRegularFile);
        if (files.isEmpty()) {
            return Goldens.absent("import/hostile");
        }
        return files.stream()
                .map(file -> dynamicTest(file.getFileName().toString(), () -> check(file)));
    }

    private static void check(Path file) throws Exception {
        var staging = Files.createTempDirectory(temporary, "staging");
        refuse(
                () ->
                        new FormatImporter()
                                .read(file, staging, ImportOptions.AS_IT_IS, (_, _, _) -> {}));
        assertEquals(0, Goldens.children(staging, _ -> true).size());
        if (file.toString().endsWith(".safetensors")) {
            refuse(() -> new MappedWeightFiles().open(file).close());
        }
    }

    private static void refuse(Executable reading) {
        var refusal = assertTimeout(PATIENCE, () -> assertThrows(ProblemException.class, reading));
        assertEquals(Blame.INPUT, refusal.problem().blame());
        assertTrue(refusal.problem().id().startsWith("vox/format/"), refusal.getMessage());
    }
}
