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
///
/// Where four vectors are followed by scales or summed by themselves, one loop runs over all of
/// them: with an inner loop the JIT works out its bounds anew in each block, which takes as long
/// as the products.
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
                var products = bytes(w + (long) v * BYTES, in + 8L * v);
                dots = dots.add(pairs(products)); // of two: at most 2 · 128 · 127
            }
            var each = Widen.f16(w + 8L * BYTES).mul(Memory.get(scales + 4L * b));
            sum = floats(dots).fma(each, sum);
            w += 8L * BYTES + 2L * Lanes.COUNT;
        }
        sum.intoMemorySegment(ALL, into, LITTLE_ENDIAN);
    }

    private static void q4(long panel, long x, int inputs, long into) {
        long scales = RoundedRow.scales(x, inputs);
        long sums = RoundedRow.sums(x, inputs);
        var sum = FloatVector.zero(Lanes.FLOATS);
        var products = ShortVector.zero(SHORTS); // of sixteen: at most 16 · 15 · 127
        long w = panel;
        long in = x;
        for (int v = 0; v < inputs / 8; v++) {
            products = products.add(nibbles(w, in));
            w += BYTES;
            in += 8;
            if (v % 4 == 3) {
                long b = v / 4;
                float scale = Memory.get(scales + 4 * b);
                var dots = pairs(products).sub(8 * Memory.getInt(sums + 4 * b));
                sum = floats(dots).fma(Widen.f16(w).mul(scale), sum);
                products = ShortVector.zero(SHORTS);
                w += 2L * Lanes.COUNT;
                in += 32;
            }
        }
        sum.intoMemorySegment(ALL, into, LITTLE_ENDIAN);
    }

    private static void q4k(long panel, long x, int inputs, long into) {
        long scales = RoundedRow.scales(x, inputs);
        long sums = RoundedRow.sums(x, inputs);
        var sum = FloatVector.zero(Lanes.FLOATS);
        var products = ShortVector.zero(SHORTS);
        long w = panel;
        long in = x;
        for (int v = 0; v < inputs / 8; v++) {
            products = products.add(nibbles(w, in));
            w += BYTES;
            in += 8;
            if (v % 4 == 3) {
                long b = v / 4;
                float scale = Memory.get(scales + 4 * b);
                sum = floats(pairs(products)).fma(Lanes.load(w).mul(scale), sum);
                float less = -scale * Memory.getInt(sums + 4 * b);
                var minima = FloatVector.broadcast(Lanes.FLOATS, less);
                sum = Lanes.load(w + BYTES).fma(minima, sum);
                products = ShortVector.zero(SHORTS);
                w += 2L * BYTES;
                in += 32;
            }
        }
        sum.intoMemorySegment(ALL, into, LITTLE_ENDIAN);
    }

    private static void q6k(long panel, long x, int inputs, long into) {
        long scales = RoundedRow.scales(x, inputs);
        var sum = FloatVector.zero(Lanes.FLOATS);
        var products = ShortVector.zero(SHORTS); // of eight: at most 8 · 32 · 127
        long w = panel;
        for (int v = 0; v < inputs / 4; v++) {
            products = products.add(bytes(w, x + 8L * v));
            w += BYTES;
            if (v % 4 == 3) {
                long half = v / 4 % 2;
                float scale = Memory.get(scales + 4L * (v / 8));
                var each = Lanes.load(w + (4 - 3 * half) * BYTES).mul(scale);
                sum = floats(pairs(products)).fma(each, sum);
                products = ShortVector.zero(SHORTS);
                w += 2 * half * BYTES;
            }
        }
        sum.intoMemorySegment(ALL, into, LITTLE_ENDIAN);
    }

    /// Products with four activations at `in`, and with four that are 16 behind.
    private static ShortVector nibbles(long w, long in) {
        var four = shorts(w);
        return four.and((short) 15)
                .mul(pair(in))
                .add(four.lanewise(VectorOperators.LSHR, 8).and((short) 15).mul(pair(in + 4)))
                .add(four.lanewise(VectorOperators.LSHR, 4).and((short) 15).mul(pair(in + 32)))
                .add(four.lanewise(VectorOperators.LSHR, 12).mul(pair(in + 36)));
    }

    /// Products with four activations.
    private static ShortVector bytes(long w, long in) {
        var two = shorts(w);
        return two.lanewise(VectorOperators.LSHL, 8)
                .lanewise(VectorOperators.ASHR, 8)
                .mul(pair(in))
                .add(two.lanewise(VectorOperators.ASHR, 8).mul(pair(in + 4)));
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

    private static FloatVector floats(IntVector dots) {
        return (FloatVector) dots.convert(VectorOperators.I2F, 0);
    }
}
