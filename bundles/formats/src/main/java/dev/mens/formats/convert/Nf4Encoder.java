package dev.mens.formats.convert;

import dev.mens.compute.DType;
import dev.mens.compute.NormalFloat4;
import java.lang.foreign.MemorySegment;

/// `m = max|x|`, and for each value the nearest level.
final class Nf4Encoder extends BlockEncoder {
    Nf4Encoder() {
        super(DType.NF4);
    }

    @Override
    void encodeBlock(float[] x, int at, MemorySegment y) {
        float largest = 0;
        for (int i = 0; i < 64; i++) {
            largest = Math.max(largest, Math.abs(x[at + i]));
        }
        y.set(FLOAT, 0, largest);
        for (int i = 0; i < 32; i++) {
            int first = level(x[at + 2 * i], largest);
            int second = level(x[at + 2 * i + 1], largest);
            u8(y, 4 + i, first << 4 | second);
        }
    }

    private static int level(float value, float largest) {
        return NormalFloat4.nearest(largest == 0 ? 0 : value / largest);
    }
}
