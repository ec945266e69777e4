package dev.mens.compute;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Blocks of 32 elements with one f16 scale `d`, and in the `_1` formats one f16 minimum `m`.
/// Element `i` of the first 16 is a low nibble, element `16 + i` the high nibble of the same byte.
final class Blocks32 {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int HALF = 16;

    private Blocks32() {}

    /// `d` f16, 32 signed bytes: `y = q · d`.
    static void q8x0(MemorySegment data, long offset, float[] y, int at) {
        float d = f16(data, offset);
        for (int i = 0; i < 32; i++) {
            y[at + i] = data.get(ValueLayout.JAVA_BYTE, offset + 2 + i) * d;
        }
    }

    /// `d` f16, 16 bytes of nibbles: `y = d · (q − 8)`.
    static void q4x0(MemorySegment data, long offset, float[] y, int at) {
        float d = f16(data, offset);
        for (int i = 0; i < HALF; i++) {
            int q = u8(data, offset + 2 + i);
            y[at + i] = d * ((q & 0xF) - 8);
            y[at + i + HALF] = d * ((q >> 4) - 8);
        }
    }

    /// `d`, `m` f16, 16 bytes of nibbles: `y = d · q + m`.
    static void q4x1(MemorySegment data, long offset, float[] y, int at) {
        float d = f16(data, offset);
        float m = f16(data, offset + 2);
        for (int i = 0; i < HALF; i++) {
            int q = u8(data, offset + 4 + i);
            y[at + i] = d * (q & 0xF) + m;
            y[at + i + HALF] = d * (q >> 4) + m;
        }
    }

    /// `d` f16, 32 fifth bits, 16 bytes of nibbles: `y = d · (q − 16)`.
    static void q5x0(MemorySegment data, long offset, float[] y, int at) {
        float d = f16(data, offset);
        int high = data.get(INT, offset + 2);
        for (int i = 0; i < HALF; i++) {
            int q = u8(data, offset + 6 + i);
            y[at + i] = d * (((q & 0xF) | fifth(high, i)) - 16);
            y[at + i + HALF] = d * ((q >> 4 | fifth(high, i + HALF)) - 16);
        }
    }

    /// `d`, `m` f16, 32 fifth bits, 16 bytes of nibbles: `y = d · q + m`.
    static void q5x1(MemorySegment data, long offset, float[] y, int at) {
        float d = f16(data, offset);
        float m = f16(data, offset + 2);
        int high = data.get(INT, offset + 4);
        for (int i = 0; i < HALF; i++) {
            int q = u8(data, offset + 8 + i);
            y[at + i] = d * ((q & 0xF) | fifth(high, i)) + m;
            y[at + i + HALF] = d * (q >> 4 | fifth(high, i + HALF)) + m;
        }
    }

    private static int fifth(int high, int i) {
        return ((high >>> i) & 1) << 4;
    }

    static float f16(MemorySegment data, long offset) {
        return Float.float16ToFloat(data.get(SHORT, offset));
    }

    static int u8(MemorySegment data, long offset) {
        return Byte.toUnsignedInt(data.get(ValueLayout.JAVA_BYTE, offset));
    }
}
