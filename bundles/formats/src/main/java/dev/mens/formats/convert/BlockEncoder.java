package dev.mens.formats.convert;

import dev.mens.compute.ComputeProblem;
import dev.mens.compute.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Quantizes to blocks, as llama-quantize does without an importance matrix; NF4 as QLoRA does.
abstract sealed class BlockEncoder implements FloatEncoder
        permits BlockEncoder.Q8x0,
                BlockEncoder.Nibbles,
                BlockEncoder.Q5x1,
                AffineEncoder,
                Q6kEncoder,
                Nf4Encoder {
    private final DType dtype;

    BlockEncoder(DType dtype) {
        this.dtype = dtype;
    }

    static BlockEncoder of(DType dtype) {
        return switch (dtype) {
            case Q8_0 -> new Q8x0();
            case Q4_0 -> new Nibbles(dtype, 8);
            case Q5_0 -> new Nibbles(dtype, 16);
            case Q5_1 -> new Q5x1();
            case Q4_K -> AffineEncoder.q4k();
            case Q5_K -> AffineEncoder.q5k();
            case Q6_K -> new Q6kEncoder();
            case NF4 -> new Nf4Encoder();
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
                    F8_E5M2,
                    Q4_1,
                    Q2_K,
                    Q3_K ->
                    throw ComputeProblem.UNSUPPORTED_DTYPE.with(
                            "the target", dtype, "quantization");
        };
    }

    @Override
    public final void encode(float[] values, MemorySegment target) {
        int blocks = values.length / dtype.blockElements();
        for (int block = 0; block < blocks; block++) {
            encodeBlock(
                    values,
                    block * dtype.blockElements(),
                    target.asSlice((long) block * dtype.blockBytes(), dtype.blockBytes()));
        }
    }

    /// @param x the block's values, from `at` on
    /// @param y the block's bytes
    abstract void encodeBlock(float[] x, int at, MemorySegment y);

    static void f16(MemorySegment y, long offset, float value) {
        y.set(SHORT, offset, Float.floatToFloat16(value));
    }

    static void u8(MemorySegment y, long offset, int value) {
        y.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
    }

    /// Half to even, as the reference's trick with the mantissa rounds.
    static int nearest(float value) {
        return (int) Math.rint(value);
    }

    /// `d = max|x| / 127`.
    static final class Q8x0 extends BlockEncoder {
        Q8x0() {
            super(DType.Q8_0);
        }

        @Override
        void encodeBlock(float[] x, int at, MemorySegment y) {
            float largest = 0;
            for (int i = 0; i < 32; i++) {
                largest = Math.max(largest, Math.abs(x[at + i]));
            }
            float d = largest / 127;
            float inverse = d == 0 ? 0 : 1 / d;
            f16(y, 0, d);
            for (int i = 0; i < 32; i++) {
                float scaled = x[at + i] * inverse;
                // Half away from zero.
                int rounded = (int) Math.copySign(Math.floor(Math.abs(scaled) + 0.5), scaled);
                u8(y, 2 + i, rounded);
            }
        }
    }

    /// Q4_0 and Q5_0: `d` maps the value of the largest magnitude to `-zero`.
    static final class Nibbles extends BlockEncoder {
        private final int zero;

        Nibbles(DType dtype, int zero) {
            super(dtype);
            this.zero = zero;
        }

        @Override
        void encodeBlock(float[] x, int at, MemorySegment y) {
            float largest = 0;
            for (int i = 0; i < 32; i++) {
                if (Math.abs(x[at + i]) > Math.abs(largest)) {
                    largest = x[at + i];
                }
            }
            float d = largest / -zero;
            float inverse = d == 0 ? 0 : 1 / d;
            f16(y, 0, d);
            int fifths = 0;
            int nibbles = zero == 16 ? 6 : 2;
            for (int i = 0; i < 16; i++) {
                int low = quantum(x[at + i] * inverse);
                int high = quantum(x[at + 16 + i] * inverse);
                u8(y, nibbles + i, (low & 0xF) | ((high & 0xF) << 4));
                fifths |= (low >> 4) << i | (high >> 4) << (i + 16);
            }
            if (zero == 16) {
                y.set(INT, 2, fifths);
            }
        }

        private int quantum(float scaled) {
            return Math.min(2 * zero - 1, (byte) (int) (scaled + (zero + 0.5f)));
        }
    }

    /// `d = (max − min) / 31`, `m = min`.
    static final class Q5x1 extends BlockEncoder {
        Q5x1() {
            super(DType.Q5_1);
        }

        @Override
        void encodeBlock(float[] x, int at, MemorySegment y) {
            float min = x[at];
            float max = x[at];
            for (int i = 1; i < 32; i++) {
                min = Math.min(min, x[at + i]);
                max = Math.max(max, x[at + i]);
            }
            float d = (max - min) / 31;
            float inverse = d == 0 ? 0 : 1 / d;
            f16(y, 0, d);
            f16(y, 2, min);
            int fifths = 0;
            for (int i = 0; i < 16; i++) {
                int low = (int) ((x[at + i] - min) * inverse + 0.5f);
                int high = (int) ((x[at + 16 + i] - min) * inverse + 0.5f);
                u8(y, 8 + i, (low & 0xF) | ((high & 0xF) << 4));
                fifths |= ((low >> 4) & 1) << i | ((high >> 4) & 1) << (i + 16);
            }
            y.set(INT, 4, fifths);
        }
    }
}
