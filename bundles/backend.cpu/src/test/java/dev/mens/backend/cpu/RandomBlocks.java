package dev.mens.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.mens.compute.DType;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/// Quantized blocks of random bits whose scales are sane.
public final class RandomBlocks {
    private RandomBlocks() {}

    public static void fill(DType dtype, MemorySegment data, float deviation, Random random) {
        for (long i = 0; i < data.byteSize(); i++) {
            data.set(JAVA_BYTE, i, (byte) random.nextInt());
        }
        int block = dtype.blockBytes();
        for (long at = 0; at < data.byteSize(); at += block) {
            for (int offset : scales(dtype)) {
                float scale = deviation * step(dtype) * random.nextFloat(0.5f, 1);
                if (dtype == DType.NF4) {
                    data.set(JAVA_FLOAT_UNALIGNED, at + offset, scale);
                } else {
                    data.set(JAVA_SHORT_UNALIGNED, at + offset, Float.floatToFloat16(scale));
                }
            }
        }
    }

    /// Where a block keeps its scales: in F16, NF4's in F32.
    private static int[] scales(DType dtype) {
        return switch (dtype) {
            case Q4_0, Q5_0, Q8_0, NF4 -> new int[] {0};
            case Q4_1, Q5_1, Q4_K, Q5_K -> new int[] {0, 2};
            case Q2_K -> new int[] {80, 82};
            case Q3_K -> new int[] {108};
            case Q6_K -> new int[] {208};
            default -> throw new IllegalArgumentException(dtype.toString());
        };
    }

    private static float step(DType dtype) {
        return switch (dtype) {
            case Q8_0 -> 1f / 80;
            case Q4_0, Q4_1 -> 1f / 8;
            case Q5_0, Q5_1 -> 1f / 16;
            case Q2_K, Q3_K -> 1f / 24;
            case Q4_K, Q5_K, Q6_K -> 1f / 500;
            case NF4 -> 3f / 2;
            default -> throw new IllegalArgumentException(dtype.toString());
        };
    }
}
