package dev.mens.content.library;

import dev.mens.content.ContentId;
import dev.mens.content.StoredFile;
import dev.mens.content.manifest.BundleHashes;
import dev.mens.crypto.Hashing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/// Names what a model was made from, for its provenance.
final class SourceHash {
    private final Hashing hashing;

    SourceHash(Hashing hashing) {
        this.hashing = hashing;
    }

    /// The hash of a file; of a folder, the hash of the map from path to hash of those files that
    /// can hold a model. Files that became part of the bundle unchanged are not read again.
    ///
    /// @param made what the import made, in `folder`
    ContentId of(Path source, Path folder, List<StoredFile> made)
            throws IOException, InterruptedException {
        if (Files.isRegularFile(source)) {
            return hash(source, folder, made);
        }
        var files = new TreeMap<String, ContentId>();
        try (var entries = Files.list(source)) {
            for (var entry : entries.filter(Files::isRegularFile).sorted().toList()) {
                var name = entry.getFileName().toString();
                if (name.matches(".*\\.(json|model|safetensors|jinja|txt|bin|pt|pth|gguf|onnx)")) {
                    files.put(name, hash(entry, folder, made));
                }
            }
        }
        return BundleHashes.mapHash(files, hashing);
    }

    private ContentId hash(Path file, Path folder, List<StoredFile> made)
            throws IOException, InterruptedException {
        for (var part : made) {
            if (Files.isSameFile(file, folder.resolve(part.path()))) {
                return part.id();
            }
        }
        return new ContentId(hashing.hash(file, _ -> {}).sha3());
    }
}
