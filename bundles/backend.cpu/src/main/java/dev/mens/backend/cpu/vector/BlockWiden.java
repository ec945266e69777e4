package dev.mens.backend.cpu.vector;

import static dev.mens.backend.cpu.vector.Lanes.BYTES;
import static dev.mens.backend.cpu.vector.Memory.ALL;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// Panels of {@link BlockFormat} as floats, one vector for each input.
final class BlockWiden {
    private BlockWiden() {}

    /// Blocks `from ≤ b < to` of a panel.
    ///
    /// @param step bytes from an input's floats to the next one's
    static void widen(BlockFormat format, long panel, int from, int to, long floats, long step) {
        for (int b = from; b < to; b++) {
            long block = panel + b * format.blockBytes();
            long into = floats + (long) (b - from) * BlockFormat.INPUTS * step;
            var scale = Widen.f16(block + (long) format.vectors * BYTES);
            switch (format) {
                case Q8_0 -> q8(block, scale, into, step);
                case Q4_0 -> q4(block, scale, into, step);
            }
        }
    }

    private static void q8(long block, FloatVector scale, long floats, long step) {
        for (int v = 0; v < 8; v++) {
            var weights = ints(block + (long) v * BYTES);
            long into = floats + 4 * v * step;
            store(top(weights.lanewise(VectorOperators.LSHL, 24)), scale, into);
            store(top(weights.lanewise(VectorOperators.LSHL, 8)), scale, into + step);
            store(top(weights.lanewise(VectorOperators.LSHL, 16)), scale, into + 2 * step);
            store(top(weights), scale, into + 3 * step);
        }
    }

    /// The upper byte of each lane, signed.
    private static IntVector top(IntVector lanes) {
        return lanes.lanewise(VectorOperators.ASHR, 24);
    }

    private static void q4(long block, FloatVector scale, long floats, long step) {
        for (int v = 0; v < 4; v++) {
            var weights = ints(block + (long) v * BYTES);
            long into = floats + 4 * v * step;
            nibbles(weights, scale, into, step);
            nibbles(weights.lanewise(VectorOperators.LSHR, 16), scale, into + step, step);
            nibbles(weights.lanewise(VectorOperators.LSHR, 8), scale, into + 2 * step, step);
            nibbles(weights.lanewise(VectorOperators.LSHR, 24), scale, into + 3 * step, step);
        }
    }

    /// The lowest nibble of each lane, and the next one, which is 16 inputs behind it.
    private static void nibbles(IntVector lanes, FloatVector scale, long to, long step) {
        var high = lanes.lanewise(VectorOperators.LSHR, 4);
        store(lanes.and(15).sub(8), scale, to);
        store(high.and(15).sub(8), scale, to + 16 * step);
    }

    private static IntVector ints(long address) {
        return IntVector.fromMemorySegment(Lanes.INTS, ALL, address, LITTLE_ENDIAN);
    }

    private static void store(IntVector q, FloatVector scale, long to) {
        Lanes.store(((FloatVector) q.convert(VectorOperators.I2F, 0)).mul(scale), to);
    }
}
