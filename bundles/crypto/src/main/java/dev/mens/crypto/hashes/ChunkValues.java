package dev.mens.crypto.hashes;

/// The chaining values of BLAKE3's chunks, which is where its time goes. Thread-safe.
interface ChunkValues {
    /// Bytes of a chunk.
    int CHUNK = 1024;

    /// Chunks of a group.
    int GROUP = 16;

    /// Of a chaining value.
    int WORDS = 8;

    /// The values of a group of whole chunks.
    ///
    /// @param from where the first of them begins
    /// @param counter the number of that chunk in its file
    /// @param values takes 8 words for each
    void group(byte[] bytes, int from, long counter, int[] values);
}
