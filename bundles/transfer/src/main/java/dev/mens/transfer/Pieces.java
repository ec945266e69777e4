package dev.mens.transfer;

import dev.mens.content.Manifest;
import dev.mens.content.StoredFile;
import dev.mens.crypto.Hashing;
import java.util.ArrayList;
import java.util.List;

/// The chunks of all files of a bundle, numbered from 0 in the order of the manifest. Both ends of
/// a link count alike, because both have the same manifest.
///
/// @param totalBytes of all of them
record Pieces(List<Piece> all, long totalBytes) {
    /// One piece is in memory at a time on each link and in each check.
    private static final int MAX_PIECE_BYTES = 64 << 20;

    private static final int MAX_PIECES = 1 << 20;

    Pieces {
        all = List.copyOf(all);
    }

    /// @param offset in its file
    record Piece(int index, StoredFile file, int chunk, long offset, int size) {
        /// @param bytes begin with what may be this piece
        boolean holds(byte[] bytes, Hashing hashing) {
            return hashing.isChunk(file.chunks(), chunk, bytes, size);
        }
    }

    /// @throws dev.mens.diagnostics.ProblemException vox/transfer/too-large
    static Pieces of(Manifest manifest) {
        var all = new ArrayList<Piece>();
        for (var file : manifest.files()) {
            var tree = file.chunks();
            boolean fits =
                    Math.min(tree.chunkBytes(), tree.length()) <= MAX_PIECE_BYTES
                            && all.size() + tree.chunks() <= MAX_PIECES;
            if (!fits) {
                throw TransferProblem.TOO_LARGE.with(file.path(), MAX_PIECE_BYTES, MAX_PIECES);
            }
            for (int chunk = 0; chunk < tree.chunks(); chunk++) {
                long offset = (long) chunk * tree.chunkBytes();
                all.add(new Piece(all.size(), file, chunk, offset, tree.size(chunk)));
            }
        }
        return new Pieces(all, manifest.bytes());
    }

    int count() {
        return all.size();
    }

    Piece get(int index) {
        return all.get(index);
    }

    int largest() {
        return all.stream().mapToInt(Piece::size).max().orElse(0);
    }
}
