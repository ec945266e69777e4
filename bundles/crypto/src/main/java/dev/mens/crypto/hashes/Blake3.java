package dev.mens.crypto.hashes;

import static dev.mens.crypto.hashes.ChunkValues.CHUNK;
import static dev.mens.crypto.hashes.ChunkValues.GROUP;
import static dev.mens.crypto.hashes.ChunkValues.WORDS;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// BLAKE3 as a tree: whoever holds parts of a file can hash them apart and join the results,
/// which libraries for Java do not offer. BouncyCastle's is its twin in the tests.
///
/// A chaining value is eight `int`s. "Chunk" in this class means BLAKE3's chunk of 1024 bytes.
/// Thread-safe.
///
/// @see <a href="https://github.com/BLAKE3-team/BLAKE3-specs">O'Connor and others 2020</a>
final class Blake3 {
    private final ChunkValues chunks;

    Blake3(ChunkValues chunks) {
        this.chunks = chunks;
    }

    byte[] hash(byte[] bytes) {
        return bytes(subtree(bytes, 0, bytes.length, 0, true));
    }

    /// The chaining value of a part of a file.
    ///
    /// @param offset of the part in its file; a multiple of the part's size rounded up to a power
    ///     of two
    /// @param whole if the part is the whole file
    int[] subtree(byte[] bytes, int from, int count, long offset, boolean whole) {
        if (count <= CHUNK) {
            return JavaBlake3.chunk(bytes, from, count, offset / CHUNK, whole);
        }
        if (count == GROUP * CHUNK) {
            return group(bytes, from, offset, whole);
        }
        // Section 2.1: the left subtree is complete and as large as possible.
        int left = Integer.highestOneBit((count - 1) / CHUNK) * CHUNK;
        return JavaBlake3.parent(
                subtree(bytes, from, left, offset, false),
                subtree(bytes, from + left, count - left, offset + left, false),
                whole);
    }

    private int[] group(byte[] bytes, int from, long offset, boolean whole) {
        var values = new int[GROUP * WORDS];
        chunks.group(bytes, from, offset / CHUNK, values);
        var parts = new ArrayList<int[]>(GROUP);
        for (int at = 0; at < values.length; at += WORDS) {
            parts.add(Arrays.copyOfRange(values, at, at + WORDS));
        }
        return join(parts, whole);
    }

    /// Joins the values of neighbouring subtrees of equal size (the last may be smaller).
    static int[] join(List<int[]> parts, boolean whole) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        int left = Integer.highestOneBit(parts.size() - 1);
        return JavaBlake3.parent(
                join(parts.subList(0, left), false),
                join(parts.subList(left, parts.size()), false),
                whole);
    }

    static byte[] bytes(int[] value) {
        var bytes = new byte[WORDS * Integer.BYTES];
        JavaBlake3.write(value, bytes, 0);
        return bytes;
    }
}
