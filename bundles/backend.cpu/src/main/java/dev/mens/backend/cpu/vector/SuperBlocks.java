package dev.mens.backend.cpu.vector;

/// Reads blocks of 256 weights part by part, 32 each (docs/formats.md has the layouts): four
/// weights at a time, as the bytes of an int, and the scales that they share.
final class SuperBlocks {
    private static final int LOW_NIBBLES = 0x0f0f0f0f;

    private SuperBlocks() {}

    /// Nibbles of the weights `4v` to `4v + 3`, and above each that of the weight 16 behind it.
    static int q4k(long block, int part, int v) {
        long from = block + 16 + part / 2 * 32 + 4L * v;
        int shift = part % 2 * 4;
        int first = Memory.getInt(from) >>> shift & LOW_NIBBLES;
        return first | (Memory.getInt(from + 16) >>> shift & LOW_NIBBLES) << 4;
    }

    static float q4kScale(long block, int part) {
        int scale =
                part < 4
                        ? bits(block + 4 + part, 0, 63)
                        : bits(block + 8 + part, 0, 15) | bits(block + part, 6, 3) << 4;
        return half(block) * scale;
    }

    static float q4kMinimum(long block, int part) {
        int minimum =
                part < 4
                        ? bits(block + 8 + part, 0, 63)
                        : bits(block + 8 + part, 4, 15) | bits(block + 4 + part, 6, 3) << 4;
        return half(block + 2) * minimum;
    }

    /// The weights `4v` to `4v + 3`, −32 to 31.
    static int q6k(long block, int part, int v) {
        long low = block + part / 4 * 64 + part % 2 * 32 + 4L * v;
        long high = block + 128 + part / 4 * 32 + 4L * v;
        int bits =
                Memory.getInt(low) >>> part / 2 % 2 * 4 & LOW_NIBBLES
                        | (Memory.getInt(high) >>> part % 4 * 2 & 0x03030303) << 4;
        return (bits | 0x80808080) - 0x20202020 ^ 0x80808080; // each byte less 32
    }

    /// @param part 16 weights
    static float q6kScale(long block, int part) {
        return half(block + 208) * Memory.getByte(block + 192 + part);
    }

    private static float half(long address) {
        return Float.float16ToFloat(Memory.getShort(address));
    }

    private static int bits(long address, int shift, int mask) {
        return Memory.getByte(address) >> shift & mask;
    }
}
