package dev.mens.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/// What Felix remembers of the installed bundles. It is used again as long as every jar of the
/// distribution is the file it was, and thrown away otherwise.
final class BundleCache {
    private final Path folder;
    private final Path stampFile;

    BundleCache(Path cache) {
        this.folder = cache.resolve("felix");
        this.stampFile = cache.resolve("felix.stamp");
    }

    Path folder() {
        return folder;
    }

    /// Whether the cache holds exactly these jars; if not, it is empty now.
    boolean holds(List<Path> jars) throws IOException {
        if (Files.exists(stampFile) && Files.readString(stampFile).equals(stamp(jars))) {
            return true;
        }
        Files.deleteIfExists(stampFile);
        if (Files.exists(folder)) {
            try (var files = Files.walk(folder)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        return false;
    }

    /// Remembers that these jars are installed.
    void complete(List<Path> jars) throws IOException {
        Files.writeString(stampFile, stamp(jars));
    }

    private static String stamp(List<Path> jars) throws IOException {
        var stamp = new StringBuilder(Runtime.version().toString()).append('\n');
        for (var jar : jars) {
            stamp.append(jar).append(' ').append(Files.size(jar)).append(' ');
            // Builds are reproducible, so times of modification are equal; times of change are not.
            stamp.append(Files.getAttribute(jar, "unix:ctime")).append('\n');
        }
        return stamp.toString();
    }
}
