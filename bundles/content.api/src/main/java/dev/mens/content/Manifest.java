package dev.mens.content;

import java.util.List;

/// Everything that is to be known of a bundle: what it is, its files, and where it came from.
///
/// @param files in order of their paths, each once
public record Manifest(ModelBundle bundle, List<StoredFile> files, Provenance provenance) {
    public Manifest {
        files = List.copyOf(files);
        for (int i = 1; i < files.size(); i++) {
            if (files.get(i - 1).path().compareTo(files.get(i).path()) >= 0) {
                throw ContentProblem.BAD_MANIFEST.with("its files are not in order");
            }
        }
    }

    /// Bytes of all files.
    public long bytes() {
        return files.stream().mapToLong(StoredFile::bytes).sum();
    }
}
