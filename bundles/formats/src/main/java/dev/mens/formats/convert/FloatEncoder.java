package dev.mens.formats.convert;

import dev.mens.compute.ComputeProblem;
import dev.mens.compute.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Stores f32 values as another type.
@FunctionalInterface
public interface FloatEncoder {
    ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// @param values whole blocks
    /// @param target receives their bytes at its start
    void encode(float[] values, MemorySegment target);

    /// The encoder that rounds to nearest, ties to even.
    static FloatEncoder to(DType dtype) {
        return switch (dtype) {
            case F32 ->
                    (values, target) ->
                            MemorySegment.copy(values, 0, target, FLOAT, 0, values.length);
            case F16 ->
                    (values, target) -> {
                        for (int i = 0; i < values.length; i++) {
                            target.set(SHORT, i * 2L, Float.floatToFloat16(values[i]));
                        }
                    };
            case BF16 ->
                    (values, target) -> {
                        for (int i = 0; i < values.length; i++) {
                            target.set(SHORT, i * 2L, bf16(values[i]));
                        }
                    };
            case Q4_0, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K, NF4 -> BlockEncoder.of(dtype);
            case F64,
                    I64,
                    I32,
                    I16,
                    I8,
                    U64,
                    U32,
                    U16,
                    U8,
                    BOOL,
                    F8_E4M3,
                    F8_E5M2,
                    Q4_1,
                    Q2_K,
                    Q3_K ->
                    throw ComputeProblem.UNSUPPORTED_DTYPE.with("the target", dtype, "import");
        };
    }

    private static short bf16(float value) {
        int bits = Float.floatToIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> 16) | 0x40);
        }
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }
}
