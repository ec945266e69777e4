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
            long scales = block + (long) format.vectors * BYTES;
            long into = floats + (long) (b - from) * BlockFormat.INPUTS * step;
            switch (format) {
                case Q8_0 -> bytes(block, 8, Widen.f16(scales), into, step);
                case Q4_0 -> {
                    var scale = Widen.f16(scales);
                    nibbles(block, scale, scale.mul(-8), into, step);
                }
                case Q4_K ->
                        nibbles(
                                block,
                                Lanes.load(scales),
                                Lanes.load(scales + BYTES).neg(),
                                into,
                                step);
                case Q6_K -> {
                    bytes(block, 4, Lanes.load(scales), into, step);
                    bytes(
                            block + 4L * BYTES,
                            4,
                            Lanes.load(scales + BYTES),
                            into + 16 * step,
                            step);
                }
            }
        }
    }

    /// `scale · q` of so many vectors of bytes.
    private static void bytes(long from, int vectors, FloatVector scale, long floats, long step) {
        for (int v = 0; v < vectors; v++) {
            var weights = ints(from + (long) v * BYTES);
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

    /// `scale · q + offset` of a block of nibbles.
    private static void nibbles(
            long block, FloatVector scale, FloatVector offset, long floats, long step) {
        for (int v = 0; v < 4; v++) {
            var weights = ints(block + (long) v * BYTES);
            long into = floats + 4 * v * step;
            lowest(weights, scale, offset, into, step);
            lowest(weights.lanewise(VectorOperators.LSHR, 16), scale, offset, into + step, step);
            lowest(weights.lanewise(VectorOperators.LSHR, 8), scale, offset, into + 2 * step, step);
            lowest(
                    weights.lanewise(VectorOperators.LSHR, 24),
                    scale,
                    offset,
                    into + 3 * step,
                    step);
        }
    }

    /// The lowest nibble of each lane, and the next one, which is 16 inputs behind it.
    private static void lowest(
            IntVector lanes, FloatVector scale, FloatVector offset, long to, long step) {
        var high = lanes.lanewise(VectorOperators.LSHR, 4);
        Lanes.store(floats(lanes.and(15)).fma(scale, offset), to);
        Lanes.store(floats(high.and(15)).fma(scale, offset), to + 16 * step);
    }

    private static FloatVector floats(IntVector q) {
        return (FloatVector) q.convert(VectorOperators.I2F, 0);
    }

    private static IntVector ints(long address) {
        return IntVector.fromMemorySegment(Lanes.INTS, ALL, address, LITTLE_ENDIAN);
    }

    private static void store(IntVector q, FloatVector scale, long to) {
        Lanes.store(floats(q).mul(scale), to);
    }
}
