package dev.mens.itests.bench;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.mens.compute.DType;
import dev.mens.compute.Shape;
import dev.mens.compute.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/// Weights that no model has, but whose products are ordinary numbers.
final class RandomTensor {
    private RandomTensor() {}

    static Tensor of(Arena arena, DType dtype, int rows, int columns) {
        var shape = new Shape(rows, columns);
        var data = arena.allocate(dtype.bytes(shape.elements()), 64);
        fill(dtype, data, new Random(1));
        return new Tensor("random", dtype, shape, data);
    }

    private static void fill(DType dtype, MemorySegment data, Random random) {
        switch (dtype) {
            case F32 -> {
                for (long at = 0; at < data.byteSize(); at += 4) {
                    data.set(JAVA_FLOAT_UNALIGNED, at, random.nextFloat(-1, 1));
                }
            }
            case BF16, F16 -> {
                for (long at = 0; at < data.byteSize(); at += 2) {
                    float value = random.nextFloat(-1, 1);
                    data.set(
                            JAVA_SHORT_UNALIGNED,
                            at,
                            dtype == DType.F16
                                    ? Float.floatToFloat16(value)
                                    : (short) (Float.floatToRawIntBits(value) >>> 16));
                }
            }
            case Q8_0, Q4_0 -> blocks(dtype, data, random, 0);
            case Q4_K -> blocks(dtype, data, random, 0, 2);
            case Q6_K -> blocks(dtype, data, random, 208);
            default -> throw new IllegalArgumentException("no bench for " + dtype);
        }
    }

    /// @param scales where a block keeps its F16 scales
    private static void blocks(DType dtype, MemorySegment data, Random random, int... scales) {
        for (long at = 0; at < data.byteSize(); at++) {
            data.set(JAVA_BYTE, at, (byte) random.nextInt());
        }
        for (long at = 0; at < data.byteSize(); at += dtype.blockBytes()) {
            for (int scale : scales) {
                data.set(JAVA_SHORT_UNALIGNED, at + scale, Float.floatToFloat16(0.01f));
            }
        }
    }
}
