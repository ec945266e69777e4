package dev.mens.itests.golden;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The golden folder itself.
final class FolderTest {
    private static final List<String> KINDS =
            List.of("models", "encoders", "tokenizers", "chat", "sampling", "import");

    @Test
    void the_golden_folder_holds_at_least_one_kind_of_golden() {
        var folder = Goldens.folder();
        assertTrue(
                KINDS.stream().anyMatch(kind -> Files.isDirectory(folder.resolve(kind))),
                () -> folder + " holds none of " + KINDS);
    }
}
