package dev.mens.backend.cpu.vector;

import dev.mens.backend.cpu.scalar.Rows;
import dev.mens.compute.Network.Norm;
import dev.mens.compute.Tensor;
import java.lang.foreign.Arena;
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
    void apply(RowFunctions rows, long x, long y) {
        rows.normalize(x, y, width, gain, bias, centered, epsilon);
    }
}
