package dev.mens.crypto.hashes;

/// The permutation Keccak-f[1600] in the sponge of SHA3-512, which is where its time goes.
/// Thread-safe.
interface Keccak {
    /// Bytes of a block.
    int RATE = 72;

    /// Of the state.
    int LANES = 25;

    /// Mixes whole blocks into a state.
    ///
    /// @param state {@link #LANES} lanes, changed
    /// @param from where the first of the blocks begins
    void absorb(long[] state, byte[] bytes, int from, int blocks);
}
