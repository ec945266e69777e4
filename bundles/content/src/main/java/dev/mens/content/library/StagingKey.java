package dev.mens.content.library;

import dev.mens.crypto.Hashing;
import dev.mens.model.ImportOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/// Recognizes an import that was begun before: same source, unchanged since, and same options.
final class StagingKey {
    private static final int MAX_DEPTH = 3;
    private static final int MAX_ENTRIES = 10_000;
    private static final int DIGITS = 32;

    private final Hashing hashing;

    StagingKey(Hashing hashing) {
        this.hashing = hashing;
    }

    String of(Path source, ImportOptions options) throws IOException {
        var text = new StringBuilder(source.toRealPath() + "\n" + options + "\n");
        try (var walk = Files.walk(source, MAX_DEPTH)) {
            for (var file :
                    walk.filter(Files::isRegularFile).sorted().limit(MAX_ENTRIES).toList()) {
                text.append(file).append(' ').append(Files.size(file));
                text.append(' ').append(Files.getLastModifiedTime(file)).append('\n');
            }
        }
        var hash = hashing.sha3(text.toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash).substring(0, DIGITS);
    }
}
