package dev.mens.backend.cpu.scalar;

import dev.mens.compute.Network.Activation;
import dev.mens.compute.Network.Linear;
import dev.mens.compute.Network.Norm;
import dev.mens.compute.Network.Rope;
import org.jspecify.annotations.Nullable;

/// The formulas of {@link dev.mens.compute.Network}, one method each. Sums are taken in double.
final class ScalarMath {
    private ScalarMath() {}

    /// `y[r] = weight · x[r] + bias`, with as many outputs as the weight has rows or `outputs`,
    /// whichever is less.
    static float[][] linear(Linear linear, float[][] x, int outputs) {
        var weight = linear.weight();
        var bias = linear.bias() == null ? null : Rows.all(linear.bias());
        int inputs = Math.toIntExact(weight.columns());
        var row = new float[inputs];
        var y = new float[x.length][outputs];
        for (int o = 0; o < outputs; o++) {
            Rows.row(weight, o, row);
            for (int r = 0; r < x.length; r++) {
                y[r][o] = (float) (dot(row, 0, x[r], 0, inputs) + (bias == null ? 0 : bias[o]));
            }
        }
        return y;
    }

    /// Rows in 8 bits: each block of 32 as `d · q` with `d = max|x| / 127` and whole `q`.
    static float[][] roundToBytes(float[][] x) {
        var rounded = new float[x.length][];
        for (int r = 0; r < x.length; r++) {
            rounded[r] = x[r].clone();
            for (int from = 0; from < x[r].length; from += 32) {
                float size = 0;
                for (int i = from; i < from + 32; i++) {
                    size = Math.max(size, Math.abs(x[r][i]));
                }
                for (int i = from; i < from + 32; i++) {
                    double q = size == 0 ? 0 : Math.rint(x[r][i] * (127 / size));
                    rounded[r][i] = (float) (q * (size / 127));
                }
            }
        }
        return rounded;
    }

    static double dot(float[] a, int aFrom, float[] b, int bFrom, int length) {
        double sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (double) a[aFrom + i] * b[bFrom + i];
        }
        return sum;
    }

    /// Each row of `x` normalized, as new rows; the rows themselves if `norm` is absent.
    static float[][] norm(@Nullable Norm norm, float[][] x) {
        if (norm == null) {
            return x;
        }
        var y = new float[x.length][];
        for (int r = 0; r < x.length; r++) {
            y[r] = x[r].clone();
            norm(norm, y[r], 0, y[r].length);
        }
        return y;
    }

    /// Normalizes `length` elements in place.
    static void norm(Norm norm, float[] x, int from, int length) {
        switch (norm) {
            case Norm.Rms(var gain, var offset, var epsilon) -> {
                var gains = Rows.all(gain);
                double scale = 1 / Math.sqrt(dot(x, from, x, from, length) / length + epsilon);
                for (int i = 0; i < length; i++) {
                    x[from + i] = (float) (((double) offset + gains[i]) * (x[from + i] * scale));
                }
            }
            case Norm.Layer(var gain, var bias, var epsilon) -> {
                var gains = Rows.all(gain);
                var biases = bias == null ? new float[length] : Rows.all(bias);
                double mean = 0;
                for (int i = 0; i < length; i++) {
                    mean += x[from + i] / (double) length;
                }
                double variance = 0;
                for (int i = 0; i < length; i++) {
                    variance += (x[from + i] - mean) * (x[from + i] - mean) / length;
                }
                double scale = 1 / Math.sqrt(variance + epsilon);
                for (int i = 0; i < length; i++) {
                    x[from + i] = (float) (gains[i] * (x[from + i] - mean) * scale + biases[i]);
                }
            }
        }
    }

    /// Turns one head at `from` in place.
    ///
    /// @param beyond whether the sequence is longer than `rope.beyondTokens()`
    static void rotate(Rope rope, boolean beyond, int position, float[] x, int from) {
        var frequencies = frequencies(rope, beyond);
        int pairs = frequencies.length;
        for (int i = 0; i < pairs; i++) {
            double angle = position * frequencies[i];
            double cos = Math.cos(angle) * rope.magnitude();
            double sin = Math.sin(angle) * rope.magnitude();
            float first = x[from + i];
            float second = x[from + i + pairs];
            x[from + i] = (float) (first * cos - second * sin);
            x[from + i + pairs] = (float) (second * cos + first * sin);
        }
    }

    private static float[] frequencies(Rope rope, boolean beyond) {
        return beyond && rope.beyond() != null ? rope.beyond() : rope.inverseFrequencies();
    }

    static double softCap(double value, float cap) {
        return cap > 0 ? cap * Math.tanh(value / cap) : value;
    }

    /// In place, over the first `length` elements.
    static void softmax(double[] scores, int length) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < length; i++) {
            max = Math.max(max, scores[i]);
        }
        double sum = 0;
        for (int i = 0; i < length; i++) {
            scores[i] = Math.exp(scores[i] - max);
            sum += scores[i];
        }
        for (int i = 0; i < length; i++) {
            scores[i] /= sum;
        }
    }

    static double activate(Activation activation, double x) {
        return switch (activation) {
            case SILU -> x / (1 + Math.exp(-x));
            case GELU -> 0.5 * x * (1 + erf(x / Math.sqrt(2)));
            case GELU_TANH ->
                    0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
            case RELU -> Double.isNaN(x) ? x : Math.max(0, x);
        };
    }

    /// The error function by its series of positive terms, `2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) /
    /// (2n+1)!!`, which loses no digits.
    static double erf(double x) {
        if (Math.abs(x) > 6) {
            return Math.signum(x);
        }
        double term = x;
        double sum = x;
        for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }
}
