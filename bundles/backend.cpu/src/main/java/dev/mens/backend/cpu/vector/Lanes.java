package dev.mens.backend.cpu.vector;

import static dev.mens.backend.cpu.vector.Memory.ALL;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.mens.compute.Network.Activation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Element-wise functions on whole vectors, and the loops over rows that use them.
final class Lanes {
    static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    static final int COUNT = FLOATS.length();
    static final int BYTES = 4 * COUNT;

    private static final float LOG2E = 1.44269504f;
    private static final float LN2_HIGH = 0.693145752f;
    private static final float LN2_LOW = 1.42860677e-6f;
    private static final float ROUND = 12582912f;

    private Lanes() {}

    static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(FLOATS, ALL, address, LITTLE_ENDIAN);
    }

    static void store(FloatVector value, long address) {
        value.intoMemorySegment(ALL, address, LITTLE_ENDIAN);
    }

    /// `eˣ` to 2 ulp; at least `e⁻⁸⁷`, at most `e⁸⁸`. Of NaN it makes any
    /// number: callers combine it with `x`, which brings NaN back.
    static FloatVector exp(FloatVector x) {
        var clamped = x.max(-87f).min(88f);
        var shifted = clamped.fma(broadcast(LOG2E), broadcast(ROUND));
        var n = shifted.sub(ROUND);
        var r = n.fma(broadcast(-LN2_HIGH), clamped);
        r = n.fma(broadcast(-LN2_LOW), r);
        var p = broadcast(1f / 5040);
        p = p.fma(r, broadcast(1f / 720));
        p = p.fma(r, broadcast(1f / 120));
        p = p.fma(r, broadcast(1f / 24));
        p = p.fma(r, broadcast(1f / 6));
        p = p.fma(r, broadcast(0.5f));
        p = p.fma(r, broadcast(1f));
        p = p.fma(r, broadcast(1f));
        var exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
        return p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
    }

    /// To 3e-7 relative: near 0 by its series, elsewhere by `1 − 2/(e²ˣ + 1)`.
    static FloatVector tanh(FloatVector x) {
        var large = exp(x.add(x)).add(1f);
        large = broadcast(1f).sub(broadcast(2f).div(large));
        var square = x.mul(x);
        var p = broadcast(62f / 2835);
        p = p.fma(square, broadcast(-17f / 315));
        p = p.fma(square, broadcast(2f / 15));
        p = p.fma(square, broadcast(-1f / 3));
        p = p.mul(square).fma(x, x);
        return p.blend(large, x.abs().compare(VectorOperators.GE, 0.25f)); // NaN takes p, so NaN
    }

    /// To 2e-7 absolute.
    ///
    /// @see <a href="https://personal.math.ubc.ca/~cbm/aands/page_299.htm">Abramowitz and Stegun
    ///     7.1.26</a>
    private static FloatVector erf(FloatVector x) {
        var size = x.abs();
        var t = broadcast(1f).div(size.fma(broadcast(0.3275911f), broadcast(1f)));
        var p = broadcast(1.061405429f);
        p = p.fma(t, broadcast(-1.453152027f));
        p = p.fma(t, broadcast(1.421413741f));
        p = p.fma(t, broadcast(-0.284496736f));
        p = p.fma(t, broadcast(0.254829592f));
        p = p.mul(t).mul(exp(x.mul(x).neg()));
        var positive = broadcast(1f).sub(p);
        return positive.blend(positive.neg(), x.compare(VectorOperators.LT, 0f));
    }

    private static FloatVector activate(Activation activation, FloatVector x) {
        return switch (activation) {
            case SILU -> x.div(exp(x.neg()).add(1f));
            case GELU -> x.mul(0.5f).mul(erf(x.mul(0.70710678f)).add(1f));
            case GELU_TANH -> {
                var cubic = x.mul(x).mul(x).fma(broadcast(0.044715f), x);
                yield x.mul(0.5f).mul(tanh(cubic.mul(0.7978845608f)).add(1f));
            }
            case RELU -> x.max(0f);
        };
    }

    private static FloatVector broadcast(float value) {
        return FloatVector.broadcast(FLOATS, value);
    }

    /// `y = activation(y) · up`, or `activation(y)` if `up` is 0. Writes up to a whole vector
    /// beyond `count`, within the row's stride.
    static void activate(Activation activation, long y, long up, int count) {
        switch (activation) {
            case SILU -> silu(y, up, count);
            case GELU, GELU_TANH, RELU -> {
                for (int i = 0; i < count; i += COUNT) {
                    long at = 4L * i;
                    var active = activate(activation, load(y + at));
                    store(up == 0 ? active : active.mul(load(up + at)), y + at);
                }
            }
        }
    }

    /// The common case on its own, so that the JIT sees no switch.
    private static void silu(long y, long up, int count) {
        for (int i = 0; i < count; i += COUNT) {
            long at = 4L * i;
            var x = load(y + at);
            var active = x.div(exp(x.neg()).add(1f));
            store(up == 0 ? active : active.mul(load(up + at)), y + at);
        }
    }

    /// `y += scale · x`, exactly `count` elements.
    static void addScaled(long x, float scale, long y, int count) {
        int i = 0;
        for (; i <= count - COUNT; i += COUNT) {
            store(load(x + 4L * i).fma(broadcast(scale), load(y + 4L * i)), y + 4L * i);
        }
        for (; i < count; i++) {
            Memory.set(y + 4L * i, Math.fma(Memory.get(x + 4L * i), scale, Memory.get(y + 4L * i)));
        }
    }

    /// `y = cap · tanh(scale · y / cap)`, or `scale · y` if `cap` is 0.
    static void scaleAndCap(long y, float scale, float cap, int count) {
        int i = 0;
        for (; i <= count - COUNT; i += COUNT) {
            var scaled = load(y + 4L * i).mul(scale);
            store(cap > 0 ? tanh(scaled.div(cap)).mul(cap) : scaled, y + 4L * i);
        }
        for (; i < count; i++) {
            float scaled = scale * Memory.get(y + 4L * i);
            Memory.set(y + 4L * i, cap > 0 ? (float) (cap * Math.tanh(scaled / cap)) : scaled);
        }
    }

    static float dot(long a, long b, int count) {
        var sum0 = FloatVector.zero(FLOATS);
        var sum1 = sum0;
        var sum2 = sum0;
        var sum3 = sum0;
        int i = 0;
        for (; i <= count - 4 * COUNT; i += 4 * COUNT) {
            long at = 4L * i;
            sum0 = load(a + at).fma(load(b + at), sum0);
            sum1 = load(a + at + BYTES).fma(load(b + at + BYTES), sum1);
            sum2 = load(a + at + 2L * BYTES).fma(load(b + at + 2L * BYTES), sum2);
            sum3 = load(a + at + 3L * BYTES).fma(load(b + at + 3L * BYTES), sum3);
        }
        for (; i <= count - COUNT; i += COUNT) {
            sum0 = load(a + 4L * i).fma(load(b + 4L * i), sum0);
        }
        float sum = sum0.add(sum1).add(sum2.add(sum3)).reduceLanes(VectorOperators.ADD);
        for (; i < count; i++) {
            sum = Math.fma(Memory.get(a + 4L * i), Memory.get(b + 4L * i), sum);
        }
        return sum;
    }
}
