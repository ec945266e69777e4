package dev.mens.itests.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.ProblemException;
import dev.mens.formats.safetensors.MappedWeightFiles;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/// SafeTensors that were made to mislead.
final class HostileGoldenTest {

    @TestFactory
    Stream<? extends DynamicNode> a_hostile_file_is_refused_with_a_diagnostic() {
        var files =
                Goldens.children(
                        Goldens.folder().resolve("import/hostile"),
                        file -> file.getFileName().toString().endsWith(".safetensors"));
        if (files.isEmpty()) {
            return Goldens.absent("import/hostile");
        }
        return files.stream()
                .map(file -> dynamicTest(file.getFileName().toString(), () -> check(file)));
    }

    private static void check(Path file) {
        var refusal =
                assertThrows(
                        ProblemException.class,
                        () -> {
                            try (var weights = new MappedWeightFiles().open(file)) {
                                weights.names();
                            }
                        });
        assertEquals(Blame.INPUT, refusal.problem().blame());
        assertTrue(refusal.problem().id().startsWith("vox/format/"), refusal.getMessage());
    }
}
