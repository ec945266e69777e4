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
        Lanes.store(sum, into);
    }

    private static void q4(long panel, long x, int inputs, long into) {
        long scales = RoundedRow.scales(x, inputs);
        long sums = RoundedRow.sums(x, inputs);
        var sum = FloatVector.zero(Lanes.FLOATS);
        long w = panel;
        for (int b = 0; b < inputs / 32; b++) {
            long in = x + 64L * b;
            var products = ShortVector.zero(SHORTS); // of sixteen: at most 16 · 15 · 127
            for (int v = 0; v < 8; v++) { // low nibbles, then high ones
                long at = in + 8L * v;
                var weights = shorts(w + (v & 3L) * BYTES).lanewise(VectorOperators.LSHR, v & 4);
                var upper = weights.lanewise(VectorOperators.LSHR, 8);
                products =
                        products.add(weights.and((short) 15).mul(pair(at)))
                                .add(upper.and((short) 15).mul(pair(at + 4)));
            }
            var dots = pairs(products).sub(8 * Memory.getInt(sums + 4L * b));
            sum = scaled(dots, w + 4L * BYTES, scales + 4L * b, sum);
            w += 4L * BYTES + 2L * Lanes.COUNT;
        }
        Lanes.store(sum, into);
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
        var floats = (FloatVector) dots.convert(VectorOperators.I2F, 0);
        return floats.fma(Widen.f16(halves).mul(Memory.get(scale)), sum);
    }
}
