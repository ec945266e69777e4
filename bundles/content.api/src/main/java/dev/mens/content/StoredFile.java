package dev.mens.content;

import dev.mens.crypto.ChunkTree;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// One file of a bundle.
///
/// @param path inside the bundle, with `/`; never leaves it
/// @param id SHA3-512 of the bytes
/// @param chunks to check parts of the file as they arrive
public record StoredFile(String path, ContentId id, ChunkTree chunks) {
    private static final int MAX_DEPTH = 8;
    private static final int MAX_NAME_BYTES = 200;

    public StoredFile {
        if (!isSafe(path)) {
            throw ContentProblem.BAD_PATH.with(path.replaceAll("\\p{Cntrl}", "?"));
        }
    }

    public long bytes() {
        return chunks.length();
    }

    /// Whether a path stays inside its folder on every system.
    public static boolean isSafe(String path) {
        var names = List.of(path.split("/", -1));
        return names.size() <= MAX_DEPTH && names.stream().allMatch(StoredFile::isSafeName);
    }

    private static boolean isSafeName(String name) {
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.chars().noneMatch(c -> c < ' ' || c == '\\' || c == ':' || c == 0x7f)
                && name.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME_BYTES;
    }
}
