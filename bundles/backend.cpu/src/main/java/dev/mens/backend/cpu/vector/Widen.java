package dev.mens.backend.cpu.vector;

import static dev.mens.backend.cpu.vector.Memory.ALL;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Weights of 16 bits as floats.
final class Widen {
    /// Half as many bytes as a float vector, so that a whole one widens to it.
    private static final VectorSpecies<Short> SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(Lanes.FLOATS.vectorBitSize() / 2));

    private Widen() {}

    private static IntVector bits(long address) {
        return (IntVector)
                ShortVector.fromMemorySegment(SHORTS, ALL, address, LITTLE_ENDIAN)
                        .convertShape(VectorOperators.S2I, Lanes.INTS, 0);
    }

    static FloatVector bf16(long address) {
        return bits(address).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }

    /// Exponent and mantissa are moved into place, and the bias is changed. A subnormal number is
    /// its mantissa as an integer, scaled: arithmetic with subnormal floats takes a hundred times
    /// as long. Infinities and NaN have all bits of the exponent.
    static FloatVector f16(long address) {
        var half = bits(address);
        var sign = half.and(0x8000).lanewise(VectorOperators.LSHL, 16);
        var size = half.and(0x7fff);
        var value = size.lanewise(VectorOperators.LSHL, 13).add(112 << 23);
        var subnormal = ((FloatVector) size.convert(VectorOperators.I2F, 0)).mul(0x1p-24f);
        value = value.blend(subnormal.reinterpretAsInts(), size.compare(VectorOperators.LT, 0x400));
        var special = size.compare(VectorOperators.GE, 0x7c00);
        value = value.lanewise(VectorOperators.OR, 0x7f800000, special);
        return value.or(sign).reinterpretAsFloats();
    }

    /// `count` elements at `from` as floats at `to`.
    static void bf16(long from, long to, int count) {
        int i = 0;
        for (; i <= count - Lanes.COUNT; i += Lanes.COUNT) {
            Lanes.store(bf16(from + 2L * i), to + 4L * i);
        }
        for (; i < count; i++) {
            Memory.set(to + 4L * i, bf16At(from + 2L * i));
        }
    }

    static void f16(long from, long to, int count) {
        int i = 0;
        for (; i <= count - Lanes.COUNT; i += Lanes.COUNT) {
            Lanes.store(f16(from + 2L * i), to + 4L * i);
        }
        for (; i < count; i++) {
            Memory.set(to + 4L * i, f16At(from + 2L * i));
        }
    }

    static float bf16At(long address) {
        return Float.intBitsToFloat(ALL.get(Memory.SHORT, address) << 16);
    }

    static float f16At(long address) {
        return Float.float16ToFloat(ALL.get(Memory.SHORT, address));
    }
}
