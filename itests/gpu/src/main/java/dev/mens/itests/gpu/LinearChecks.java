package dev.mens.itests.gpu;

import dev.mens.backend.cuda.gpu.Arguments;
import dev.mens.backend.cuda.gpu.Gpu.Launch;
import dev.mens.backend.cuda.program.LinearPlan;
import java.util.List;

/// Products of few rows in every format, against the plain kernel on the same weights.
final class LinearChecks {
    private static final int COLUMNS = 4096;
    private static final String NF4 = "nf4";
    private static final int[] ROWS = {1, 8, 16};
    private static final long SMALL = 0x80ff_80ff_80ff_80ffL;
    private static final long SMALL_SET = 0x3c00_3c00_3c00_3c00L;

    private static final List<Format> FORMATS =
            List.of(
                    new Format("bf16", 1, 2, 0, 0),
                    new Format("f16", 1, 2, 0, 0),
                    new Format("q8_0", 32, 34, 256, 16, 0),
                    new Format("q4_0", 32, 18, 128, 16, 0),
                    new Format("q4_k", 256, 144, 128, 16, 0, 2),
                    new Format("q6_k", 256, 210, 192, 32, 208),
                    new Format(NF4, 64, 32, 128, 16));

    /// A format, with blocks of so many elements and bytes.
    ///
    /// @param suffix as kernels are named
    /// @param quantBytes of 256 elements on the device; `scaleBytes` likewise, 0 for plain types
    /// @param scales places of f16 numbers in a block
    private record Format(
            String suffix, int elements, int bytes, int quantBytes, int scaleBytes, int... scales) {
        /// Bytes that a kernel reads of one row.
        long rowBytes() {
            return scaleBytes == 0
                    ? (long) COLUMNS * bytes
                    : (long) COLUMNS / 256 * (quantBytes + scaleBytes);
        }

        /// Rows that are far more than the device caches.
        ///
        /// @param most bytes of one array
        int rows(long most) {
            long stored = (long) COLUMNS / elements * bytes;
            return (int) (most / Math.max(stored, rowBytes()) / 64 * 64);
        }
    }

    private final Bench bench;

    LinearChecks(Bench bench) {
        this.bench = bench;
    }

    void run() {
        for (var format : FORMATS) {
            int n = format.rows(bench.arrayBytes());
            long[] weights = weights(format, n);
            for (int rows : ROWS) {
                check(format, weights, n, rows);
            }
            bench.free(weights);
        }
    }

    /// Quants and scales as the kernels read them.
    private long[] weights(Format format, int n) {
        long count = (long) n * COLUMNS / format.elements;
        if (format.scaleBytes == 0) {
            return new long[] {
                bench.random(
                        count * format.bytes,
                        1,
                        SMALL,
                        format.suffix.equals("bf16") ? SMALL_SET : 0x2000_2000_2000_2000L),
                bench.zeros(256)
            };
        }
        long spans = (long) n * COLUMNS / 256;
        long raw = bench.blocks(count, format.bytes, format.scales);
        long quants = bench.zeros(spans * format.quantBytes);
        long scales =
                format.suffix.equals(NF4)
                        ? bench.random(
                                spans * 16, 1, 0x007f_ffff_007f_ffffL, 0x3c00_0000_3c00_0000L)
                        : bench.zeros(spans * format.scaleBytes);
        bench.launch(
                "repack_" + format.suffix,
                Launch.of((int) ((spans + 127) / 128), 128),
                new Arguments().addresses(raw, quants, scales).integers(n, COLUMNS));
        bench.free(raw);
        return new long[] {quants, scales};
    }

    private void check(Format format, long[] weights, int n, int rows) {
        var plan = LinearPlan.of(rows, n, COLUMNS, false, 0, bench.facts());
        // f32 that bf16 holds too.
        long x =
                bench.random(
                        (long) rows * COLUMNS * Float.BYTES,
                        1,
                        0x80ff_0000_80ff_0000L,
                        0x3c00_0000_3c00_0000L);
        long y = bench.zeros((long) rows * n * Float.BYTES);
        long twin = bench.zeros((long) rows * n * Float.BYTES);
        long partial = bench.zeros(Math.max(256, plan.partialBytes()));
        long arrived = bench.zeros(Math.max(256, plan.arrivedBytes()));
        bench.launch(
                "plain_" + format.suffix,
                new Launch((n + 7) / 8, (rows + 7) / 8, 1, 256, 0, true, 1),
                product(weights, x, twin, rows, n).addresses(0, 0, 0).integer(1));
        String kernel = "linear_" + format.suffix + "_" + plan.tile();
        double millis =
                bench.millis(
                        kernel,
                        plan.launch(),
                        product(weights, x, y, rows, n)
                                .addresses(0, partial, arrived)
                                .integer(plan.splits()));
        bench.report(
                kernel,
                "%d × %d × %d".formatted(rows, n, COLUMNS),
                bench.error(y, twin, (long) rows * n, true),
                millis,
                n * (double) format.rowBytes());
        bench.free(x, y, twin, partial, arrived);
    }

    /// The arguments that both kernels begin with: no bias, norm, gather or groups; f32 in and out.
    private static Arguments product(long[] weights, long x, long y, int rows, int n) {
        return new Arguments()
                .addresses(weights[0], weights[1], 0, x)
                .integer(0)
                .address(0)
                .real(0)
                .real(0)
                .addresses(0, 0, y)
                .integers(n, 0, -1)
                .real(1)
                .real(0)
                .integers(rows, n, COLUMNS);
    }
}
