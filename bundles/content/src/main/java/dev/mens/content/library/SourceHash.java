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

/// Names what a model was made from, for its provenance: the hash of a file; of a folder, the hash
/// of the map from path to hash of those files that the model came from.
record SourceHash(Hashing hashing) {
    private static final int PIECE = 1 << 20;

    /// Of a source whose files became the bundle's unchanged; they are not read again.
    ///
    /// @param made the bundle's files
    ContentId of(Path source, List<StoredFile> made) throws IOException, InterruptedException {
        if (Files.isRegularFile(source)) {
            for (var file : made) {
                boolean named =
                        source.endsWith(file.path()) || file.path().equals("model.safetensors");
                if (named && file.bytes() == Files.size(source)) {
                    return file.id();
                }
            }
            return hash(source);
        }
        var files = new TreeMap<String, ContentId>();
        made.forEach(file -> files.put(file.path(), file.id()));
        return BundleHashes.mapHash(files, hashing);
    }

    /// Of a source that was converted.
    ContentId of(Path source) throws IOException, InterruptedException {
        if (Files.isRegularFile(source)) {
            return hash(source);
        }
        var files = new TreeMap<String, ContentId>();
        try (var entries = Files.list(source)) {
            for (var entry : entries.filter(Files::isRegularFile).sorted().toList()) {
                var name = entry.getFileName().toString();
                if (name.matches(".*\\.(json|model|safetensors|jinja|txt|bin|pt|pth|gguf|onnx)")) {
                    files.put(name, hash(entry));
                }
            }
        }
        return BundleHashes.mapHash(files, hashing);
    }

    private ContentId hash(Path file) throws IOException, InterruptedException {
        var hasher = hashing.sha3();
        var piece = new byte[PIECE];
        try (var in = Files.newInputStream(file)) {
            for (int got = in.read(piece); got >= 0; got = in.read(piece)) {
                hasher.update(piece, 0, got);
                if (Thread.interrupted()) {
                    throw new InterruptedException("import interrupted");
                }
            }
        }
        return new ContentId(hasher.digest());
    }
}
