package dev.mens.compute;

import static dev.mens.compute.Blocks32.f16;
import static dev.mens.compute.Blocks32.u8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The "K" formats: blocks of 256 elements that share f16 scales of integer scales, one for every
/// 16 or 32 elements. docs/formats.md has the layouts.
final class Blocks256 {
    private Blocks256() {}

    /// 16 bytes of 4-bit scales and minima, 64 bytes of 2-bit values, `d`, `dmin`.
    static void q2k(MemorySegment data, long offset, float[] y, int at) {
        float d = f16(data, offset + 80);
        float dmin = f16(data, offset + 82);
        for (int i = 0; i < 256; i++) {
            int scale = u8(data, offset + i / 16);
            int q = bits(data, offset + 16 + pair(i), shift(i), 3);
            y[at + i] = d * (scale & 0xF) * q - dmin * (scale >> 4);
        }
    }

    /// 32 bytes of inverted third bits, 64 bytes of 2-bit values, 12 bytes of 6-bit scales, `d`.
    static void q3k(MemorySegment data, long offset, float[] y, int at) {
        float d = f16(data, offset + 108);
        for (int i = 0; i < 256; i++) {
            float dl = d * (q3kScale(data, offset + 96, i / 16) - 32);
            int low = bits(data, offset + 32 + pair(i), shift(i), 3);
            int third = bits(data, offset + i % 32, i / 32, 1);
            y[at + i] = dl * (low - (third == 0 ? 4 : 0));
        }
    }

    /// Scale `s` of 16: its low 4 bits are in 8 bytes of nibbles, its high 2 bits in 4 bytes.
    private static int q3kScale(MemorySegment data, long offset, int s) {
        int low = bits(data, offset + s % 8, s / 8 * 4, 0xF);
        int high = bits(data, offset + 8 + s % 4, s / 4 * 2, 3);
        return low | (high << 4);
    }

    /// `d`, `dmin`, 12 bytes of 6-bit scales and minima, 128 bytes of nibbles.
    static void q4k(MemorySegment data, long offset, float[] y, int at) {
        float d = f16(data, offset);
        float dmin = f16(data, offset + 2);
        for (int group = 0; group < 8; group++) {
            float scale = d * scale(data, offset + 4, group);
            float minimum = dmin * minimum(data, offset + 4, group);
            long values = offset + 16 + group / 2 * 32;
            for (int i = 0; i < 32; i++) {
                int q = bits(data, values + i, group % 2 * 4, 0xF);
                y[at + group * 32 + i] = scale * q - minimum;
            }
        }
    }

    /// `d`, `dmin`, 12 bytes of scales and minima, 32 bytes of fifth bits, 128 bytes of nibbles.
    static void q5k(MemorySegment data, long offset, float[] y, int at) {
        float d = f16(data, offset);
        float dmin = f16(data, offset + 2);
        for (int group = 0; group < 8; group++) {
            float scale = d * scale(data, offset + 4, group);
            float minimum = dmin * minimum(data, offset + 4, group);
            long values = offset + 48 + group / 2 * 32;
            for (int i = 0; i < 32; i++) {
                int fifth = bits(data, offset + 16 + i, group, 1);
                int q = bits(data, values + i, group % 2 * 4, 0xF) | (fifth << 4);
                y[at + group * 32 + i] = scale * q - minimum;
            }
        }
    }

    /// 128 bytes of low nibbles, 64 bytes of high bit pairs, 16 signed scales, `d`.
    static void q6k(MemorySegment data, long offset, float[] y, int at) {
        float d = f16(data, offset + 208);
        for (int i = 0; i < 256; i++) {
            float scale = d * data.get(ValueLayout.JAVA_BYTE, offset + 192 + i / 16);
            int low = bits(data, offset + i / 128 * 64 + i % 64, i / 64 % 2 * 4, 0xF);
            int high = bits(data, offset + 128 + pair(i), shift(i), 3);
            y[at + i] = scale * ((low | (high << 4)) - 32);
        }
    }

    private static int bits(MemorySegment data, long offset, int shift, int mask) {
        return (u8(data, offset) >> shift) & mask;
    }

    /// Which byte holds the bit pair of element `i`: 32 bytes serve 128 elements.
    private static int pair(int i) {
        return i / 128 * 32 + i % 32;
    }

    private static int shift(int i) {
        return i / 32 % 4 * 2;
    }

    /// Scale of group `g` of 8: 6 bits, for the last four split over two bytes.
    private static int scale(MemorySegment data, long offset, int g) {
        return g < 4
                ? bits(data, offset + g, 0, 0x3F)
                : bits(data, offset + 4 + g, 0, 0xF) | (bits(data, offset + g - 4, 6, 3) << 4);
    }

    private static int minimum(MemorySegment data, long offset, int g) {
        return g < 4
                ? bits(data, offset + 4 + g, 0, 0x3F)
                : bits(data, offset + 4 + g, 4, 0xF) | (bits(data, offset + g, 6, 3) << 4);
    }
}
