package dev.mens.formats.convert;

import dev.mens.compute.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Q6_K: 16 groups of 16 values with a signed 8-bit scale each, and one f16 scale of scales.
final class Q6kEncoder extends BlockEncoder {
    private static final int GROUPS = 16;
    private static final int SIZE = 16;
    private static final int ZERO = 32;

    /// Below this a group is zero.
    private static final float EPSILON = 1e-15f;

    Q6kEncoder() {
        super(DType.Q6_K);
    }

    @Override
    void encodeBlock(float[] x, int at, MemorySegment y) {
        y.fill((byte) 0);
        var scales = new float[GROUPS];
        float largest = 0;
        for (int g = 0; g < GROUPS; g++) {
            scales[g] = scale(x, at + g * SIZE);
            if (Math.abs(scales[g]) > Math.abs(largest)) {
                largest = scales[g];
            }
        }
        if (Math.abs(largest) < EPSILON) {
            return;
        }
        float inverse = -128f / largest;
        f16(y, 208, 1 / inverse);
        float d = Float.float16ToFloat(y.get(SHORT, 208));
        var quanta = new int[GROUPS * SIZE];
        for (int g = 0; g < GROUPS; g++) {
            int quantized = Math.min(127, nearest(inverse * scales[g]));
            y.set(ValueLayout.JAVA_BYTE, 192 + g, (byte) quantized);
            float scale = d * (byte) quantized;
            for (int i = g * SIZE; i < (g + 1) * SIZE; i++) {
                quanta[i] = scale == 0 ? 0 : clamp(nearest(x[at + i] / scale)) + ZERO;
            }
        }
        write(y, quanta);
    }

    private static void write(MemorySegment y, int[] q) {
        for (int half = 0; half < 2; half++) {
            int j = half * 128;
            for (int i = 0; i < 32; i++) {
                int a = q[j + i];
                int b = q[j + i + 32];
                int c = q[j + i + 64];
                int d = q[j + i + 96];
                u8(y, half * 64 + i, (a & 0xF) | ((c & 0xF) << 4));
                u8(y, half * 64 + 32 + i, (b & 0xF) | ((d & 0xF) << 4));
                int high = (a >> 4) | ((b >> 4) << 2) | ((c >> 4) << 4) | ((d >> 4) << 6);
                u8(y, 128 + half * 32 + i, high);
            }
        }
    }

    /// The scale with the least error weighted by `x²`, among 19 around the obvious one.
    private static float scale(float[] x, int at) {
        float largest = 0;
        for (int i = 0; i < SIZE; i++) {
            if (Math.abs(x[at + i]) > Math.abs(largest)) {
                largest = x[at + i];
            }
        }
        if (Math.abs(largest) < EPSILON) {
            return 0;
        }
        var sums = new Sums(x, at, -ZERO / largest);
        float scale = sums.squares == 0 ? 0 : sums.products / sums.squares;
        float best = scale * sums.products;
        for (int step = -9; step <= 9; step++) {
            if (step == 0) {
                continue;
            }
            sums = new Sums(x, at, -(ZERO + 0.1f * step) / largest);
            if (sums.squares > 0 && sums.products * sums.products > best * sums.squares) {
                scale = sums.products / sums.squares;
                best = scale * sums.products;
            }
        }
        return scale;
    }

    private static final class Sums {
        private float products;
        private float squares;

        Sums(float[] x, int at, float inverse) {
            for (int i = 0; i < SIZE; i++) {
                float value = x[at + i];
                int level = clamp(nearest(inverse * value));
                float weight = value * value;
                products += weight * value * level;
                squares += weight * level * level;
            }
        }
    }

    private static int clamp(int level) {
        return Math.clamp(level, -ZERO, ZERO - 1);
    }
}
