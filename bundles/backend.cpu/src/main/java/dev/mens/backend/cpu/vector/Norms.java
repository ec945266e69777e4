package dev.mens.backend.cpu.vector;

import dev.mens.backend.cpu.scalar.Rows;
import dev.mens.compute.Network.Norm;
import dev.mens.compute.Tensor;
import java.lang.foreign.Arena;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/// A normalization whose gains were widened to floats.
///
/// @param gain address of `width` floats, the offset of Gemma's kind already added
/// @param bias address of `width` floats, or 0
/// @param centered whether the mean is subtracted
record Norms(int width, long gain, long bias, boolean centered, float epsilon) {

    static @Nullable Norms of(Arena arena, @Nullable Norm norm) {
        return switch (norm) {
            case null -> null;
            case Norm.Rms(var gain, var offset, var epsilon) ->
                    new Norms(width(gain), floats(arena, gain, offset), 0, false, epsilon);
            case Norm.Layer(var gain, var bias, var epsilon) ->
                    new Norms(
                            width(gain),
                            floats(arena, gain, 0),
                            bias == null ? 0 : floats(arena, bias, 0),
                            true,
                            epsilon);
        };
    }

    /// Address of a small tensor's elements as floats.
    static long floats(Arena arena, Tensor tensor, float offset) {
        var values = Rows.all(tensor);
        for (int i = 0; i < values.length; i++) {
            values[i] += offset;
        }
        long address = Memory.allocate(arena, 4L * Memory.stride(values.length));
        Memory.write(values, address, values.length);
        return address;
    }

    private static int width(Tensor gain) {
        return Math.toIntExact(gain.shape().elements());
    }

    /// Normalizes `width` elements of `x` into `y`, which may be `x`.
    void apply(long x, long y) {
        float mean = centered ? sum(x) / width : 0;
        float scale = (float) (1 / Math.sqrt(squares(x, mean) / width + epsilon));
        int i = 0;
        for (; i <= width - Lanes.COUNT; i += Lanes.COUNT) {
            long at = 4L * i;
            var value = Lanes.load(x + at).sub(mean).mul(scale).mul(Lanes.load(gain + at));
            Lanes.store(bias == 0 ? value : value.add(Lanes.load(bias + at)), y + at);
        }
        for (; i < width; i++) {
            long at = 4L * i;
            float value = (Memory.get(x + at) - mean) * scale * Memory.get(gain + at);
            Memory.set(y + at, bias == 0 ? value : value + Memory.get(bias + at));
        }
    }

    private float sum(long x) {
        var sums = FloatVector.zero(Lanes.FLOATS);
        int i = 0;
        for (; i <= width - Lanes.COUNT; i += Lanes.COUNT) {
            sums = sums.add(Lanes.load(x + 4L * i));
        }
        float sum = sums.reduceLanes(VectorOperators.ADD);
        for (; i < width; i++) {
            sum += Memory.get(x + 4L * i);
        }
        return sum;
    }

    private float squares(long x, float mean) {
        var sums = FloatVector.zero(Lanes.FLOATS);
        int i = 0;
        for (; i <= width - Lanes.COUNT; i += Lanes.COUNT) {
            var value = Lanes.load(x + 4L * i).sub(mean);
            sums = value.fma(value, sums);
        }
        float sum = sums.reduceLanes(VectorOperators.ADD);
        for (; i < width; i++) {
            float value = Memory.get(x + 4L * i) - mean;
            sum += value * value;
        }
        return sum;
    }
}
