package dev.mens.backend.cpu.vector;

import static dev.mens.backend.cpu.vector.Memory.ALL;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// A row of activations as 8 bits, `x = d · q` with `d = max|x| / 127` in each block of 32. For `k`
/// inputs in `n` blocks it is, in this order: `k` shorts `q`, `n` floats `d`, `n` ints, the sums
/// of `q`.
final class RoundedRow {
    private static final int BLOCK = BlockFormat.INPUTS;
    private static final float MOST = 127;

    /// Smaller blocks count as zeros: the reciprocal of their scale would not be finite.
    private static final float LEAST = 1e-30f;

    /// A float's mantissa holds the nearest integer after this was added.
    private static final float ROUND = 12582912f;

    private static final int ROUND_BITS = Float.floatToRawIntBits(ROUND);

    private static final VectorSpecies<Short> HALF =
            VectorSpecies.of(short.class, VectorShape.forBitSize(Lanes.FLOATS.vectorBitSize() / 2));

    private RoundedRow() {}

    /// A multiple of 64.
    static long bytes(int inputs) {
        return (2L * inputs + 8L * (inputs / BLOCK) + 63) & -64;
    }

    /// Address of the scales of a row.
    static long scales(long row, int inputs) {
        return row + 2L * inputs;
    }

    /// Address of the sums of a row.
    static long sums(long row, int inputs) {
        return scales(row, inputs) + 4L * (inputs / BLOCK);
    }

    /// Makes the blocks of inputs `begin` to `end`.
    static void make(long floats, long row, int inputs, int begin, int end) {
        long scales = scales(row, inputs);
        long sums = sums(row, inputs);
        for (int b = begin / BLOCK; b < end / BLOCK; b++) {
            long from = floats + 4L * BLOCK * b;
            float size = largest(from);
            float inverse = size > LEAST ? MOST / size : 0;
            Memory.set(scales + 4L * b, size <= LEAST ? 0 : size / MOST);
            Memory.setInt(sums + 4L * b, round(from, inverse, row + 2L * BLOCK * b));
        }
    }

    /// On the bits, where NaN is larger than all numbers and so survives.
    private static float largest(long from) {
        var largest = IntVector.zero(Lanes.INTS);
        for (int i = 0; i < BLOCK; i += Lanes.COUNT) {
            var bits = Lanes.load(from + 4L * i).reinterpretAsInts();
            largest = largest.max(bits.and(Integer.MAX_VALUE));
        }
        return Float.intBitsToFloat(largest.reduceLanes(VectorOperators.MAX));
    }

    private static int round(long from, float inverse, long to) {
        var sum = IntVector.zero(Lanes.INTS);
        for (int i = 0; i < BLOCK; i += Lanes.COUNT) {
            var shifted = Lanes.load(from + 4L * i).mul(inverse).add(ROUND);
            var q = shifted.reinterpretAsInts().sub(ROUND_BITS);
            sum = sum.add(q);
            ((ShortVector) q.convertShape(VectorOperators.I2S, HALF, 0))
                    .intoMemorySegment(ALL, to + 2L * i, LITTLE_ENDIAN);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }
}
