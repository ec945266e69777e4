package dev.mens.compute;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The sixteen levels of NF4: quantiles of the normal distribution, scaled to -1 to 1, with an
/// exact zero. A block is the f32 of its largest magnitude and 64 levels, the first of two in the
/// high nibble.
///
/// @see <a href="https://arxiv.org/abs/2305.14314">Dettmers et al. 2023, appendix E</a>
public final class NormalFloat4 {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final float[] LEVELS = {
        -1f,
        -0.6961928f,
        -0.52507305f,
        -0.3949175f,
        -0.28444138f,
        -0.18477343f,
        -0.091050036f,
        0f,
        0.0795803f,
        0.1609302f,
        0.2461123f,
        0.33791524f,
        0.44070983f,
        0.562617f,
        0.72295684f,
        1f
    };

    private NormalFloat4() {}

    /// `m` f32, 32 bytes of nibbles: `y = m · level(q)`.
    static void read(MemorySegment data, long offset, float[] y, int at) {
        float largest = data.get(FLOAT, offset);
        for (int i = 0; i < 32; i++) {
            int pair = Byte.toUnsignedInt(data.get(ValueLayout.JAVA_BYTE, offset + 4 + i));
            y[at + 2 * i] = largest * LEVELS[pair >> 4];
            y[at + 2 * i + 1] = largest * LEVELS[pair & 0xF];
        }
    }

    /// @param value from -1 to 1
    /// @return the number of the level nearest to it, the lower of two
    public static int nearest(float value) {
        int level = 0;
        while (level < LEVELS.length - 1
                && Math.abs(value - LEVELS[level + 1]) < Math.abs(value - LEVELS[level])) {
            level++;
        }
        return level;
    }
}
