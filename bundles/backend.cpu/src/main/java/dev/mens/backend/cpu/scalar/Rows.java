package dev.mens.backend.cpu.scalar;

import dev.mens.compute.DType;
import dev.mens.compute.Elements;
import dev.mens.compute.Tensor;
import java.util.EnumSet;
import java.util.Set;

/// Rows of tensors as floats, whatever they are stored as.
public final class Rows {

    /// Types that hold weights.
    public static final Set<DType> READABLE =
            Set.copyOf(
                    EnumSet.of(
                            DType.F64,
                            DType.F32,
                            DType.F16,
                            DType.BF16,
                            DType.F8_E4M3,
                            DType.F8_E5M2,
                            DType.Q4_0,
                            DType.Q4_1,
                            DType.Q5_0,
                            DType.Q5_1,
                            DType.Q8_0,
                            DType.Q2_K,
                            DType.Q3_K,
                            DType.Q4_K,
                            DType.Q5_K,
                            DType.Q6_K,
                            DType.NF4));

    private Rows() {}

    /// One row of a matrix into the first `columns` elements of `into`.
    public static void row(Tensor matrix, long row, float[] into) {
        int columns = Math.toIntExact(matrix.columns());
        Elements.read(matrix, row * columns, columns, into, 0);
    }

    /// All of a small tensor.
    public static float[] all(Tensor tensor) {
        var values = new float[Math.toIntExact(tensor.shape().elements())];
        Elements.read(tensor, 0, values.length, values, 0);
        return values;
    }
}
