package dev.mens.compute;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The meaning of every {@link DType}, element by element, in plain code: the twin that fast
/// kernels are compared with. Multiplications and additions are rounded to f32 one by one, in the
/// order of the reference, so results are equal bit for bit.
///
/// @see <a href="https://github.com/ggml-org/llama.cpp/blob/master/gguf-py/gguf/quants.py">the
///     reference for blocks</a>
public final class Elements {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final float[] NONE = {};

    private Elements() {}

    /// Reads a run of elements as f32. Wider types are rounded to the nearest.
    ///
    /// @param first index of the first element in the flattened tensor; need not start a block
    /// @param target receives `count` values from `at` on
    /// @throws IndexOutOfBoundsException if the run leaves `data` or `target`
    public static void read(
            DType dtype, MemorySegment data, long first, int count, float[] target, int at) {
        if (dtype.quantized()) {
            readBlocks(dtype, data, first, count, target, at);
        } else {
            for (int i = 0; i < count; i++) {
                target[at + i] = plain(dtype, data, first + i);
            }
        }
    }

    /// As {@link #read(DType, MemorySegment, long, int, float[], int)}, for a tensor.
    public static void read(Tensor tensor, long first, int count, float[] target, int at) {
        read(tensor.dtype(), tensor.data(), first, count, target, at);
    }

    private static void readBlocks(
            DType dtype, MemorySegment data, long first, int count, float[] target, int at) {
        int size = dtype.blockElements();
        var partial = NONE;
        int done = 0;
        while (done < count) {
            long element = first + done;
            int skip = (int) (element % size);
            int taken = Math.min(size - skip, count - done);
            long offset = element / size * dtype.blockBytes();
            if (taken == size) {
                block(dtype, data, offset, target, at + done);
            } else {
                partial = partial.length == 0 ? new float[size] : partial;
                block(dtype, data, offset, partial, 0);
                System.arraycopy(partial, skip, target, at + done, taken);
            }
            done += taken;
        }
    }

    private static float plain(DType dtype, MemorySegment data, long index) {
        return switch (dtype) {
            case F64 -> (float) Double.longBitsToDouble(data.get(LONG, index * 8));
            case F32 -> Float.intBitsToFloat(data.get(INT, index * 4));
            case F16 -> Float.float16ToFloat(data.get(SHORT, index * 2));
            case BF16 -> Float.intBitsToFloat(data.get(SHORT, index * 2) << 16);
            case I64 -> data.get(LONG, index * 8);
            case I32 -> data.get(INT, index * 4);
            case I16 -> data.get(SHORT, index * 2);
            case I8 -> data.get(ValueLayout.JAVA_BYTE, index);
            case U64 -> unsigned(data.get(LONG, index * 8));
            case U32 -> Integer.toUnsignedLong(data.get(INT, index * 4));
            case U16 -> Short.toUnsignedInt(data.get(SHORT, index * 2));
            case U8 -> Byte.toUnsignedInt(data.get(ValueLayout.JAVA_BYTE, index));
            case BOOL -> data.get(ValueLayout.JAVA_BYTE, index) == 0 ? 0 : 1;
            case F8_E4M3 -> e4m3(data.get(ValueLayout.JAVA_BYTE, index));
            case F8_E5M2 ->
                    // The upper half of an F16.
                    Float.float16ToFloat((short) (data.get(ValueLayout.JAVA_BYTE, index) << 8));
            case Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, NF4 ->
                    throw new AssertionError(dtype + " is read by blocks");
        };
    }

    private static float unsigned(long value) {
        // Halving keeps the lost bit sticky, so that rounding stays correct.
        return value >= 0 ? value : 2f * (float) ((value >>> 1) | (value & 1));
    }

    /// Sign, 4 bits of exponent with bias 7, 3 bits of fraction; no infinities, one NaN.
    ///
    /// @see <a href="https://arxiv.org/abs/2209.05433">Micikevicius et al. 2022</a>
    private static float e4m3(byte bits) {
        int exponent = (bits >> 3) & 0xF;
        int fraction = bits & 7;
        if (exponent == 0xF && fraction == 7) {
            return Float.NaN;
        }
        float magnitude =
                exponent == 0 ? fraction * 0x1p-9f : (8 + fraction) * Math.scalb(1f, exponent - 10);
        return bits < 0 ? -magnitude : magnitude;
    }

    private static void block(DType dtype, MemorySegment data, long offset, float[] y, int at) {
        switch (dtype) {
            case Q4_0 -> Blocks32.q4x0(data, offset, y, at);
            case Q4_1 -> Blocks32.q4x1(data, offset, y, at);
            case Q5_0 -> Blocks32.q5x0(data, offset, y, at);
            case Q5_1 -> Blocks32.q5x1(data, offset, y, at);
            case Q8_0 -> Blocks32.q8x0(data, offset, y, at);
            case Q2_K -> Blocks256.q2k(data, offset, y, at);
            case Q3_K -> Blocks256.q3k(data, offset, y, at);
            case Q4_K -> Blocks256.q4k(data, offset, y, at);
            case Q5_K -> Blocks256.q5k(data, offset, y, at);
            case Q6_K -> Blocks256.q6k(data, offset, y, at);
            case NF4 -> NormalFloat4.read(data, offset, y, at);
            case F64,
                    F32,
                    F16,
                    BF16,
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
                    F8_E5M2 ->
                    throw new AssertionError(dtype + " has no blocks");
        }
    }
}
