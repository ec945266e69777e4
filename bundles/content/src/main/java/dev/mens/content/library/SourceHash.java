package dev.mens.content.library;

import dev.mens.content.ContentId;
import dev.mens.content.StoredFile;
import dev.mens.content.manifest.BundleHashes;
import dev.mens.crypto.Hashing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Names what a model was made from, for its provenance. Files that became part of the bundle
/// unchanged are not read again.
///
/// @param folder what the import made
/// @param made the files in it
/// @param unchanged whether every file was taken as it is
record SourceHash(Hashing hashing, Path folder, List<StoredFile> made, boolean unchanged) {

    /// The hash of a file; of a folder, the hash of the map from path to hash of those files that
    /// the model came from.
    ContentId of(Path source) throws IOException, InterruptedException {
        if (Files.isRegularFile(source)) {
            return hash(source);
        }
        var files = new TreeMap<String, ContentId>();
        if (unchanged) {
            made.forEach(file -> files.put(file.path(), file.id()));
            return BundleHashes.mapHash(files, hashing);
        }
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
        var known = known(file);
        return known.isPresent() ? known.get() : new ContentId(hashing.hash(file, _ -> {}).sha3());
    }

    private Optional<ContentId> known(Path file) throws IOException {
        for (var part : made) {
            boolean copy = unchanged && part.bytes() == Files.size(file);
            boolean named = file.endsWith(part.path());
            if (copy && named || Files.isSameFile(file, folder.resolve(part.path()))) {
                return Optional.of(part.id());
            }
        }
        return Optional.empty();
    }
}
