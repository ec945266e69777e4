package dev.mens.crypto;

import java.util.Arrays;

/// The leaves of a file's BLAKE3 tree, so that each chunk can be checked as it arrives and the
/// whole is still one BLAKE3 hash.
///
/// A leaf is the chaining value of its subtree (BLAKE3, section 2.1), which includes the chunk's
/// place in the file; a file of one chunk has its root hash as its leaf.
///
/// @param length bytes of the file
/// @param chunkBytes a power of two, at least 1 MiB; the last chunk may be shorter
/// @param leaves 32 bytes for each chunk, in order; an empty file has one chunk
public record ChunkTree(long length, int chunkBytes, byte[] leaves) {
    public static final int LEAF_BYTES = 32;

    private static final int SMALLEST_CHUNK = 1 << 20;
    private static final int LARGEST_CHUNK = 1 << 30;
    private static final int USUAL_LEAVES = 4096;

    public ChunkTree {
        boolean sound =
                length >= 0
                        && chunkBytes >= SMALLEST_CHUNK
                        && chunkBytes <= LARGEST_CHUNK
                        && Integer.bitCount(chunkBytes) == 1
                        && leaves.length == chunks(length, chunkBytes) * LEAF_BYTES;
        if (!sound) {
            throw CryptoProblem.BAD_CHUNK_TREE.with(length, chunkBytes, leaves.length);
        }
        leaves = leaves.clone();
    }

    /// Chunks grow with the file, so that a tree stays below 128 KiB up to 4 TiB.
    public static int chunkBytesFor(long length) {
        int chunk = SMALLEST_CHUNK;
        while (chunk < LARGEST_CHUNK && chunks(length, chunk) > USUAL_LEAVES) {
            chunk <<= 1;
        }
        return chunk;
    }

    public static long chunks(long length, int chunkBytes) {
        return Math.max(1, (length - 1) / chunkBytes + 1);
    }

    public int chunks() {
        return leaves.length / LEAF_BYTES;
    }

    @Override
    public byte[] leaves() {
        return leaves.clone();
    }

    public byte[] leaf(int index) {
        return Arrays.copyOfRange(leaves, index * LEAF_BYTES, (index + 1) * LEAF_BYTES);
    }

    /// Bytes of one chunk.
    public int size(int index) {
        return (int) Math.min(chunkBytes, length - (long) index * chunkBytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkTree(long bytes, int chunk, byte[] others)
                && length == bytes
                && chunkBytes == chunk
                && Arrays.equals(leaves, others);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(leaves);
    }

    @Override
    public String toString() {
        return "ChunkTree[" + length + " bytes, " + chunks() + " chunks]";
    }
}
