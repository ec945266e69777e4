package dev.mens.backend.cpu.scalar;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.mens.compute.ComputeProblem;
import dev.mens.compute.DType;
import dev.mens.compute.Tensor;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Set;

/// Reads the elements of tensors, whatever they are stored as.
public final class Elements {

    /// Types that {@link #row} reads.
    public static final Set<DType> READABLE =
            Set.copyOf(EnumSet.of(DType.F64, DType.F32, DType.F16, DType.BF16));

    private Elements() {}

    /// One row of a matrix into the first `columns` elements of `into`.
    public static void row(Tensor matrix, long row, float[] into) {
        read(matrix, row * matrix.columns(), Math.toIntExact(matrix.columns()), into);
    }

    /// All of a small tensor.
    public static float[] all(Tensor tensor) {
        var values = new float[Math.toIntExact(tensor.shape().elements())];
        read(tensor, 0, values.length, values);
        return values;
    }

    /// `count` elements of the flattened tensor from the element `from`, which starts a block.
    public static void read(Tensor tensor, long from, int count, float[] into) {
        var data = tensor.data();
        long at = tensor.dtype().bytes(from);
        switch (tensor.dtype()) {
            case F64 -> {
                var layout = JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
                for (int i = 0; i < count; i++) {
                    into[i] = (float) data.get(layout, at + 8L * i);
                }
            }
            case F32 -> {
                var layout = JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
                for (int i = 0; i < count; i++) {
                    into[i] = data.get(layout, at + 4L * i);
                }
            }
            case F16 -> {
                var layout = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
                for (int i = 0; i < count; i++) {
                    into[i] = Float.float16ToFloat(data.get(layout, at + 2L * i));
                }
            }
            case BF16 -> {
                var layout = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
                for (int i = 0; i < count; i++) {
                    into[i] = Float.intBitsToFloat(data.get(layout, at + 2L * i) << 16);
                }
            }
            case I64, I32, I16, I8, U64, U32, U16, U8, BOOL, F8_E4M3, F8_E5M2 ->
                    throw unreadable(tensor);
            case Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K ->
                    throw unreadable(tensor);
        }
    }

    private static RuntimeException unreadable(Tensor tensor) {
        return ComputeProblem.UNSUPPORTED_DTYPE.with(tensor.name(), tensor.dtype(), "cpu/scalar");
    }
}
