package dev.mens.backend.cpu.vector;

import static dev.mens.backend.cpu.vector.Lanes.BYTES;
import static dev.mens.backend.cpu.vector.Memory.ALL;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Products of a panel of {@link BlockFormat} with a {@link RoundedRow}: products of 8 bits and
/// their sums fit 16-bit lanes, of which a vector has twice as many as of 32 bits.
final class BlockDots {
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;

    private BlockDots() {}

    /// Writes one sum for each row of the panel. Vectors never leave a method that is too large to
    /// be inlined: there they would become objects.
    static void dot(BlockFormat format, long panel, long x, int inputs, long sums) {
        switch (format) {
            case Q8_0 -> q8(panel, x, inputs, sums);
            case Q4_0 -> q4(panel, x, inputs, sums);
            case Q4_K -> q4k(panel, x, inputs, sums);
            case Q6_K -> q6k(panel, x, inputs, sums);
        }
    }

    private static void q8(long panel, long x, int inputs, long into) {
        long scales = RoundedRow.scales(x, inputs);
        var sum = FloatVector.zero(Lanes.FLOATS);
        long w = panel;
        for (int b = 0; b < inputs / 32; b++) {
            long in = x + 64L * b;
            var dots = IntVector.zero(Lanes.INTS);
            for (int v = 0; v < 8; v++) {
                var weights = shorts(w + (long) v * BYTES);
                var lower = weights.lanewise(VectorOperators.LSHL, 8);
                var products =
                        lower.lanewise(VectorOperators.ASHR, 8)
                                .mul(pair(in + 8L * v))
                                .add(
                                        weights.lanewise(VectorOperators.ASHR, 8)
                                                .mul(pair(in + 8L * v + 4)));
                dots = dots.add(pairs(products)); // of two: at most 2 · 128 · 127
            }
            sum = scaled(dots, w + 8L * BYTES, scales + 4L * b, sum);
            w += 8L * BYTES + 2L * Lanes.COUNT;
        }
        sum.intoMemorySegment(ALL, into, LITTLE_ENDIAN);
    }

    private static void q4(long panel, long x, int inputs, long into) {
        long scales = RoundedRow.scales(x, inputs);
        long sums = RoundedRow.sums(x, inputs);
        var sum = FloatVector.zero(Lanes.FLOATS);
        long w = panel;
        for (int b = 0; b < inputs / 32; b++) {
            long in = x + 64L * b;
            var products = ShortVector.zero(SHORTS); // of sixteen: at most 16 · 15 · 127
            for (int v = 0; v < 4; v++) {
                long at = in + 8L * v;
                var four = shorts(w + (long) v * BYTES); // of which the upper two are 16 behind
                var second = four.lanewise(VectorOperators.LSHR, 8);
                var third = four.lanewise(VectorOperators.LSHR, 4);
                products =
                        products.add(four.and((short) 15).mul(pair(at)))
                                .add(second.and((short) 15).mul(pair(at + 4)))
                                .add(third.and((short) 15).mul(pair(at + 32)))
                                .add(four.lanewise(VectorOperators.LSHR, 12).mul(pair(at + 36)));
            }
            var dots = pairs(products).sub(8 * Memory.getInt(sums + 4L * b));
            sum = scaled(dots, w + 4L * BYTES, scales + 4L * b, sum);
            w += 4L * BYTES + 2L * Lanes.COUNT;
        }
        sum.intoMemorySegment(ALL, into, LITTLE_ENDIAN);
    }

    private static void q4k(long panel, long x, int inputs, long into) {
        long scales = RoundedRow.scales(x, inputs);
        long sums = RoundedRow.sums(x, inputs);
        var sum = FloatVector.zero(Lanes.FLOATS);
        long w = panel;
        for (int b = 0; b < inputs / 32; b++) {
            long in = x + 64L * b;
            var products = ShortVector.zero(SHORTS);
            for (int v = 0; v < 4; v++) {
                long at = in + 8L * v;
                var four = shorts(w + (long) v * BYTES); // of which the upper two are 16 behind
                var second = four.lanewise(VectorOperators.LSHR, 8);
                var third = four.lanewise(VectorOperators.LSHR, 4);
                products =
                        products.add(four.and((short) 15).mul(pair(at)))
                                .add(second.and((short) 15).mul(pair(at + 4)))
                                .add(third.and((short) 15).mul(pair(at + 32)))
                                .add(four.lanewise(VectorOperators.LSHR, 12).mul(pair(at + 36)));
            }
            float scale = Memory.get(scales + 4L * b);
            sum = floats(pairs(products)).fma(Lanes.load(w + 4L * BYTES).mul(scale), sum);
            float less = -scale * Memory.getInt(sums + 4L * b);
            sum = Lanes.load(w + 5L * BYTES).fma(FloatVector.broadcast(Lanes.FLOATS, less), sum);
            w += 6L * BYTES;
        }
        sum.intoMemorySegment(ALL, into, LITTLE_ENDIAN);
    }

    private static void q6k(long panel, long x, int inputs, long into) {
        long scales = RoundedRow.scales(x, inputs);
        var sum = FloatVector.zero(Lanes.FLOATS);
        long w = panel;
        for (int b = 0; b < inputs / 32; b++) {
            for (int half = 0; half < 2; half++) {
                long in = x + 64L * b + 32L * half;
                var products = ShortVector.zero(SHORTS); // of eight: at most 8 · 32 · 127
                for (int v = 0; v < 4; v++) {
                    var weights = shorts(w + (4L * half + v) * BYTES);
                    var lower = weights.lanewise(VectorOperators.LSHL, 8);
                    products =
                            products.add(
                                            lower.lanewise(VectorOperators.ASHR, 8)
                                                    .mul(pair(in + 8L * v)))
                                    .add(
                                            weights.lanewise(VectorOperators.ASHR, 8)
                                                    .mul(pair(in + 8L * v + 4)));
                }
                var scale = Lanes.load(w + (8L + half) * BYTES).mul(Memory.get(scales + 4L * b));
                sum = floats(pairs(products)).fma(scale, sum);
            }
            w += 10L * BYTES;
        }
        sum.intoMemorySegment(ALL, into, LITTLE_ENDIAN);
    }

    private static ShortVector shorts(long address) {
        return ShortVector.fromMemorySegment(SHORTS, ALL, address, LITTLE_ENDIAN);
    }

    /// Two activations in every 32-bit lane.
    private static ShortVector pair(long address) {
        return IntVector.broadcast(Lanes.INTS, Memory.getInt(address)).reinterpretAsShorts();
    }

    /// Sums of the two shorts in each 32-bit lane.
    private static IntVector pairs(ShortVector products) {
        var both = products.reinterpretAsInts();
        var lower = both.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16);
        return lower.add(both.lanewise(VectorOperators.ASHR, 16));
    }

    private static FloatVector scaled(IntVector dots, long halves, long scale, FloatVector sum) {
        return floats(dots).fma(Widen.f16(halves).mul(Memory.get(scale)), sum);
    }

    private static FloatVector floats(IntVector dots) {
        return (FloatVector) dots.convert(VectorOperators.I2F, 0);
    }
}
