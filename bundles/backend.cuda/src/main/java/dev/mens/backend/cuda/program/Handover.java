package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.gpu.Arguments;

/// An RMS norm between two products without a kernel of its own, see `prepared.cuh`: what the
/// product that adds to the residual stream writes for the next one, and that one reads.
///
/// @param x rows times their gain, of the compute type
/// @param squares sums of squares of `parts` of each row
record Handover(DeviceNorm norm, long x, long squares, int parts) {
    static final Handover NONE = new Handover(DeviceNorm.NONE, 0, 0, 0);

    /// Parts that there is room for, of sixteen rows.
    static final int MOST_PARTS = 512;

    /// Parts that there is room for where tiles of {@link TileProduct#MOST_ROWS} are multiplied.
    static final int MOST_TILE_PARTS = 128;

    static final long SQUARES_BYTES = (long) MOST_TILE_PARTS * TileProduct.MOST_ROWS * Float.BYTES;

    boolean absent() {
        return x == 0;
    }

    /// Behind the other arguments of the product that is handed this.
    Arguments appendTaken(Arguments to) {
        return to.address(squares).integer(parts).real(norm.epsilon());
    }

    /// Behind the other arguments of the product that hands this over.
    Arguments appendGiven(Arguments to) {
        return to.addresses(x, norm.gain(), squares).real(norm.offset());
    }
}
