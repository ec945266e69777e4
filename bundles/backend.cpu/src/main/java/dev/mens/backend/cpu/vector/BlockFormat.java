package dev.mens.backend.cpu.vector;

import static dev.mens.backend.cpu.vector.Lanes.BYTES;

import dev.mens.compute.DType;
import java.util.Optional;

/// Types of weights in blocks of 32 that the Vector API multiplies by activations of 8 bits, and
/// their panels: as many rows as a vector has lanes, so that the sums of all of them advance
/// together.
///
/// A block of a panel is some vectors of 32-bit lanes, then a half for each lane, its scale. A lane
/// holds the weights 0, 2, 1, 3 of four: taken as 16-bit lanes, the lower bytes of both are then
/// neighbours, and so are the upper ones.
enum BlockFormat {
    /// `w = d · q`: eight vectors of `q`.
    Q8_0(DType.Q8_0, 8),

    /// `w = d · (q − 8)`: four vectors, whose low nibbles are inputs 0 to 15 and whose high
    /// nibbles are inputs 16 to 31.
    Q4_0(DType.Q4_0, 4);

    /// Inputs of a block.
    static final int INPUTS = 32;

    final DType dtype;
    final int vectors;

    BlockFormat(DType dtype, int vectors) {
        this.dtype = dtype;
        this.vectors = vectors;
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
        return (long) vectors * BYTES + 2L * Lanes.COUNT;
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
        int blocks = inputs / INPUTS;
        for (int lane = 0; lane < rows; lane++) {
            long from = weight + (long) lane * blocks * dtype.blockBytes();
            for (int b = 0; b < blocks; b++) {
                repackBlock(from + (long) b * dtype.blockBytes(), panel + b * blockBytes(), lane);
            }
        }
    }

    private void repackBlock(long from, long to, int lane) {
        Memory.setShort(to + (long) vectors * BYTES + 2L * lane, Memory.getShort(from));
        for (int v = 0; v < vectors; v++) {
            int weights = Memory.getInt(from + 2 + 4L * v);
            Memory.setInt(to + (long) v * BYTES + 4L * lane, exchanged(weights));
        }
    }

    /// The bytes 0, 2, 1, 3 of four.
    private static int exchanged(int bytes) {
        return bytes & 0xff0000ff | bytes >>> 8 & 0xff00 | (bytes & 0xff00) << 8;
    }
}
