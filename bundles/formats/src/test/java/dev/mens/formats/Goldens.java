package dev.mens.formats;

import java.nio.file.Files;
import java.nio.file.Path;

/// Finds the reference data of the repository.
public final class Goldens {
    private Goldens() {}

    /// @param name relative to itests/golden/data
    public static Path path(String name) {
        var folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("itests/golden/data"))) {
            folder = folder.getParent();
        }
        return folder.resolve("itests/golden/data").resolve(name);
    }
}
