package dev.mens.formats.convert;

import dev.mens.compute.DType;
import java.lang.foreign.MemorySegment;

/// Q4_K and Q5_K: 8 groups of 32 values, each with a scale and a minimum found by
/// weighted least squares, which are then quantized to 6 bits themselves.
final class AffineEncoder extends BlockEncoder {
    private static final int GROUPS = 8;
    private static final int SIZE = 32;
    private final int largest;
    private final int steps;
    private final float start;

    private AffineEncoder(DType dtype, int largest, int steps, float start) {
        super(dtype);
        this.largest = largest;
        this.steps = steps;
        this.start = start;
    }

    static AffineEncoder q4k() {
        return new AffineEncoder(DType.Q4_K, 15, 20, -1f);
    }

    static AffineEncoder q5k() {
        return new AffineEncoder(DType.Q5_K, 31, 15, -0.5f);
    }

    @Override
    void encodeBlock(float[] x, int at, MemorySegment y) {
        var scales = new float[GROUPS];
        var minima = new float[GROUPS];
        float maxScale = 0;
        float maxMinimum = 0;
        for (int g = 0; g < GROUPS; g++) {
            var fit = fit(x, at + g * SIZE);
            scales[g] = fit.scale();
            minima[g] = fit.minimum();
            maxScale = Math.max(maxScale, fit.scale());
            maxMinimum = Math.max(maxMinimum, fit.minimum());
        }
        var packed = new int[12];
        float inverseScale = maxScale > 0 ? 63 / maxScale : 0;
        float inverseMinimum = maxMinimum > 0 ? 63 / maxMinimum : 0;
        var s = new int[GROUPS];
        var m = new int[GROUPS];
        for (int g = 0; g < GROUPS; g++) {
            s[g] = Math.min(63, nearest(inverseScale * scales[g]));
            m[g] = Math.min(63, nearest(inverseMinimum * minima[g]));
            pack(packed, g, s[g], m[g]);
        }
        float d = rounded(maxScale / 63);
        float dmin = rounded(maxMinimum / 63);
        f16(y, 0, d);
        f16(y, 2, dmin);
        for (int i = 0; i < 12; i++) {
            u8(y, 4 + i, packed[i]);
        }
        writeQuanta(y, quanta(x, at, d, dmin, s, m));
    }

    private static float rounded(float value) {
        return Float.float16ToFloat(Float.floatToFloat16(value));
    }

    private static void pack(int[] packed, int g, int scale, int minimum) {
        if (g < 4) {
            packed[g] |= scale;
            packed[g + 4] |= minimum;
        } else {
            packed[g + 4] = (scale & 0xF) | ((minimum & 0xF) << 4);
            packed[g - 4] |= (scale >> 4) << 6;
            packed[g] |= (minimum >> 4) << 6;
        }
    }

    private int[] quanta(float[] x, int at, float d, float dmin, int[] s, int[] m) {
        var quanta = new int[GROUPS * SIZE];
        for (int g = 0; g < GROUPS; g++) {
            float scale = d * s[g];
            float minimum = dmin * m[g];
            for (int i = g * SIZE; i < (g + 1) * SIZE; i++) {
                quanta[i] = scale == 0 ? 0 : clamp(nearest((x[at + i] + minimum) / scale));
            }
        }
        return quanta;
    }

    private void writeQuanta(MemorySegment y, int[] quanta) {
        int values = 16;
        if (largest > 15) {
            values += SIZE;
            for (int i = 0; i < SIZE; i++) {
                int fifths = 0;
                for (int g = 0; g < GROUPS; g++) {
                    fifths |= (quanta[g * SIZE + i] >> 4) << g;
                }
                u8(y, 16 + i, fifths);
            }
        }
        for (int pair = 0; pair < GROUPS / 2; pair++) {
            for (int i = 0; i < SIZE; i++) {
                int low = quanta[pair * 64 + i] & 0xF;
                int high = quanta[pair * 64 + SIZE + i] & 0xF;
                u8(y, values + pair * SIZE + i, low | (high << 4));
            }
        }
    }

    /// `x ≈ scale · l − minimum` with `0 ≤ l ≤ largest` and `minimum ≥ 0`.
    private record Fit(float scale, float minimum) {}

    /// Tries inverse scales around the obvious one and keeps what errs least. The sums stay in
    /// one method because their order decides the last bit.
    private Fit fit(float[] x, int at) {
        var weights = weights(x, at);
        float min = x[at];
        float max = x[at];
        float sumW = weights[0];
        float sumX = weights[0] * x[at];
        for (int i = 1; i < SIZE; i++) {
            min = Math.min(min, x[at + i]);
            max = Math.max(max, x[at + i]);
            sumW += weights[i];
            sumX += weights[i] * x[at + i];
        }
        min = Math.min(min, 0);
        if (max == min) {
            return new Fit(0, -min);
        }
        float lowest = min;
        float scale = 1 / (largest / (max - min));
        var l = levels(x, at, largest / (max - min), lowest);
        float best = error(x, at, weights, l, scale, min);
        for (int step = 0; step <= steps; step++) {
            l = levels(x, at, (start + 0.1f * step + largest) / (max - lowest), lowest);
            float sumL = 0;
            float sumL2 = 0;
            float sumXl = 0;
            for (int i = 0; i < SIZE; i++) {
                float w = weights[i];
                sumL += w * l[i];
                sumL2 += w * l[i] * l[i];
                sumXl += w * l[i] * x[at + i];
            }
            float determinant = sumW * sumL2 - sumL * sumL;
            if (determinant > 0) {
                float thisScale = (sumW * sumXl - sumX * sumL) / determinant;
                float thisMin = (sumL2 * sumX - sumL * sumXl) / determinant;
                if (thisMin > 0) {
                    thisMin = 0;
                    thisScale = sumXl / sumL2;
                }
                float error = error(x, at, weights, l, thisScale, thisMin);
                if (error < best) {
                    best = error;
                    scale = thisScale;
                    min = thisMin;
                }
            }
        }
        return new Fit(scale, -min);
    }

    private static float[] weights(float[] x, int at) {
        float squares = 0;
        for (int i = 0; i < SIZE; i++) {
            squares += x[at + i] * x[at + i];
        }
        float average = (float) Math.sqrt(squares / SIZE);
        var weights = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            weights[i] = average + Math.abs(x[at + i]);
        }
        return weights;
    }

    private int[] levels(float[] x, int at, float inverse, float min) {
        var levels = new int[SIZE];
        for (int i = 0; i < SIZE; i++) {
            levels[i] = clamp(nearest(inverse * (x[at + i] - min)));
        }
        return levels;
    }

    private static float error(
            float[] x, int at, float[] weights, int[] levels, float scale, float min) {
        float error = 0;
        for (int i = 0; i < SIZE; i++) {
            float difference = scale * levels[i] + min - x[at + i];
            error += weights[i] * (difference * difference);
        }
        return error;
    }

    private int clamp(int level) {
        return Math.clamp(level, 0, largest);
    }
}
