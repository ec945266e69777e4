package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.gpu.Arguments;

/// How a product of one row goes with the kernels around it where rows are handed on word by word,
/// see `onerow.cuh`. A word that is not yet written has all of its bits set.
///
/// @param polled whether the product waits for the words of its input, not for the kernel before
/// @param old f32 that is added to instead of what the output has, 0 for none
/// @param cleared what nobody reads any more and the product makes wait again, 0 for nothing
/// @param bytes of it, a multiple of 16
record Relay(boolean polled, long old, long cleared, long bytes) {
    static final Relay NONE = new Relay(false, 0, 0, 0);

    static final Relay POLLED = new Relay(true, 0, 0, 0);

    private static final int CLEARED_AT_A_TIME = 16;

    static Relay adding(long old) {
        return new Relay(true, old, 0, 0);
    }

    Arguments append(Arguments to) {
        return to.integer(polled ? 1 : 0)
                .addresses(old, cleared)
                .integer(Math.toIntExact(bytes / CLEARED_AT_A_TIME));
    }
}
