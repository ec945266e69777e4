package dev.mens.backend.cpu.vector;

import static dev.mens.backend.cpu.vector.Lanes.BYTES;

import dev.mens.compute.DType;
import java.util.Optional;

/// Types of weights that the Vector API multiplies by activations of 8 bits, and their panels: as
/// many rows as a vector has lanes, so that the sums of all of them advance together.
///
/// A block of a panel, 32 inputs, is some vectors of 32-bit lanes, then the scales of each lane. A
/// lane holds the weights 0, 2, 1, 3 of four: taken as 16-bit lanes, the lower bytes of both are
/// then neighbours, and so are the upper ones. Where 4 bits are a weight, the low ones of the four
/// vectors are inputs 0 to 15 and the high ones inputs 16 to 31.
enum BlockFormat {
    /// `w = d · q`: eight vectors of `q`, halves `d`.
    Q8_0(DType.Q8_0, 8, 2),

    /// `w = d · (q − 8)`: four vectors of `q`, halves `d`.
    Q4_0(DType.Q4_0, 4, 2),

    /// `w = s · q − m`: four vectors of `q`, floats `s`, floats `m`.
    Q4_K(DType.Q4_K, 4, 8),

    /// `w = s · q`: eight vectors of `q`, floats `s` for the first 16 inputs, then for the others.
    Q6_K(DType.Q6_K, 8, 8);

    /// Inputs of a block.
    static final int INPUTS = 32;

    final DType dtype;
    final int vectors;
    private final int scaleBytes;

    BlockFormat(DType dtype, int vectors, int scaleBytes) {
        this.dtype = dtype;
        this.vectors = vectors;
        this.scaleBytes = scaleBytes;
    }

    static Optional<BlockFormat> of(DType dtype) {
        for (var format : values()) {
            if (format.dtype == dtype) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /// Bytes of a panel's block.
    long blockBytes() {
        return (long) vectors * BYTES + (long) scaleBytes * Lanes.COUNT;
    }

    /// Bytes of a panel.
    long panelBytes(int inputs) {
        return inputs / INPUTS * blockBytes();
    }

    /// Repacks one panel.
    ///
    /// @param weight address of its first row
    /// @param rows that there are, at most {@link Lanes#COUNT}; the others become zeros
    void repack(long weight, int rows, int inputs, long panel) {
        Memory.zero(panel, panelBytes(inputs) / 4);
        int most = dtype.blockElements() / INPUTS;
        int blocks = inputs / INPUTS;
        for (int lane = 0; lane < rows; lane++) {
            long row = weight + lane * dtype.bytes(inputs);
            for (int b = 0; b < blocks; b++) {
                long from = row + (long) (b / most) * dtype.blockBytes();
                repackBlock(from, b % most, panel + b * blockBytes() + 4L * lane, lane);
            }
        }
    }

    /// @param part of the block of the type, 32 inputs
    /// @param to the lane of the first vector
    private void repackBlock(long from, int part, long to, int lane) {
        for (int v = 0; v < vectors; v++) {
            int weights =
                    switch (this) {
                        case Q8_0, Q4_0 -> Memory.getInt(from + 2 + 4L * v);
                        case Q4_K -> SuperBlocks.q4k(from, part, v);
                        case Q6_K -> SuperBlocks.q6k(from, part, v);
                    };
            Memory.setInt(to + (long) v * BYTES, exchanged(weights));
        }
        long scales = to + (long) vectors * BYTES;
        switch (this) {
            case Q8_0, Q4_0 -> Memory.setShort(scales - 2L * lane, Memory.getShort(from));
            case Q4_K -> {
                Memory.set(scales, SuperBlocks.q4kScale(from, part));
                Memory.set(scales + BYTES, SuperBlocks.q4kMinimum(from, part));
            }
            case Q6_K -> {
                Memory.set(scales, SuperBlocks.q6kScale(from, 2 * part));
                Memory.set(scales + BYTES, SuperBlocks.q6kScale(from, 2 * part + 1));
            }
        }
    }

    /// The bytes 0, 2, 1, 3 of four.
    private static int exchanged(int bytes) {
        return bytes & 0xff0000ff | bytes >>> 8 & 0xff00 | (bytes & 0xff00) << 8;
    }
}
