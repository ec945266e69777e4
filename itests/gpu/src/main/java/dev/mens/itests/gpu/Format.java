package dev.mens.itests.gpu;

import dev.mens.backend.cuda.gpu.Arguments;
import dev.mens.backend.cuda.gpu.Gpu.Launch;
import java.util.List;

/// A format of weights, with blocks of so many elements and bytes.
///
/// @param suffix as kernels are named
/// @param quantBytes of 256 elements on the device; `scaleBytes` likewise, 0 for plain types
/// @param scales places of f16 numbers in a block, or of the upper halves of f32 numbers
record Format(
        String suffix, int elements, int bytes, int quantBytes, int scaleBytes, int... scales) {
    /// Of every matrix here.
    static final int COLUMNS = 4096;

    static final List<Format> ALL =
            List.of(
                    new Format("bf16", 1, 2, 0, 0),
                    new Format("f16", 1, 2, 0, 0),
                    new Format("q8_0", 32, 34, 256, 16, 0),
                    new Format("q4_0", 32, 18, 128, 16, 0),
                    new Format("q4_k", 256, 144, 128, 16, 0, 2),
                    new Format("q6_k", 256, 210, 192, 32, 208),
                    new Format("nf4", 64, 36, 128, 16, 2));

    private static final long SMALL = 0x80ff_80ff_80ff_80ffL;
    private static final long SMALL_BF16 = 0x3c00_3c00_3c00_3c00L;
    private static final long SMALL_F16 = 0x2000_2000_2000_2000L;

    boolean plain() {
        return scaleBytes == 0;
    }

    /// Whether few rows are multiplied with it as integers.
    boolean integers() {
        return suffix.equals("q8_0") || suffix.equals("q4_k");
    }

    /// Bytes of a row as files have it.
    long storedBytes() {
        return (long) COLUMNS / elements * bytes;
    }

    /// Bytes that a kernel reads of one row.
    long rowBytes() {
        return plain() ? storedBytes() : (long) COLUMNS / 256 * (quantBytes + scaleBytes);
    }

    /// Rows that are far more than the device caches.
    ///
    /// @param most bytes of one array
    int rows(long most) {
        return (int) (most / Math.max(storedBytes(), rowBytes()) / 64 * 64);
    }

    /// Random rows as files have them.
    long stored(Bench bench, int n) {
        return plain()
                ? bench.random(
                        n * storedBytes(), 1, SMALL, suffix.equals("bf16") ? SMALL_BF16 : SMALL_F16)
                : bench.blocks((long) n * COLUMNS / elements, bytes, scales);
    }

    /// Quants and scales as the kernels read them.
    ///
    /// @param stored given up
    long[] weights(Bench bench, long stored, int n) {
        if (plain()) {
            return new long[] {stored, bench.zeros(256)};
        }
        long spans = (long) n * COLUMNS / 256;
        long quants = bench.zeros(spans * quantBytes);
        long scales = bench.zeros(spans * scaleBytes);
        bench.launch("repack_" + suffix, repack(n), repackOf(stored, quants, scales, n));
        bench.free(stored);
        return new long[] {quants, scales};
    }

    static Launch repack(int n) {
        return Launch.of((int) (((long) n * COLUMNS / 256 + 127) / 128), 128);
    }

    static Arguments repackOf(long stored, long quants, long scales, int n) {
        return new Arguments().addresses(stored, quants, scales).integers(n, COLUMNS);
    }
}
