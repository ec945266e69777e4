package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.gpu.Arguments;

/// An RMS norm between two products without a kernel of its own, see `prepared.cuh`: what the
/// product that adds to the residual stream writes for the next one, and that one reads.
///
/// @param x rows times their gain, of the compute type
/// @param squares sums of squares of `parts` of each row
record Handover(DeviceNorm norm, long x, long squares, int parts) {
    static final Handover NONE = new Handover(DeviceNorm.NONE, 0, 0, 0);

    /// Rows that there is room for.
    static final int MOST_ROWS = 16;

    /// Parts that there is room for.
    static final int MOST_PARTS = 512;

    static final long SQUARES_BYTES = (long) MOST_ROWS * MOST_PARTS * Float.BYTES;

    boolean absent() {
        return x == 0;
    }

    /// What a product takes at last: what it is handed, then what it hands over.
    static Arguments append(Arguments to, Handover in, Handover out) {
        return to.address(in.squares)
                .integer(in.parts)
                .real(in.norm.epsilon())
                .addresses(out.x, out.norm.gain(), out.squares)
                .real(out.norm.offset());
    }
}
