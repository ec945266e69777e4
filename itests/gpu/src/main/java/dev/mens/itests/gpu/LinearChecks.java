package dev.mens.itests.gpu;

import dev.mens.backend.cuda.gpu.Arguments;
import dev.mens.backend.cuda.gpu.Gpu.Launch;
import dev.mens.backend.cuda.program.LinearPlan;

/// Products of few rows in every format, against the plain kernel on the same weights.
final class LinearChecks {
    private static final int COLUMNS = Format.COLUMNS;
    private static final int[] ROWS = {1, 4, 8, 16};

    private final Bench bench;

    LinearChecks(Bench bench) {
        this.bench = bench;
    }

    void run() {
        for (var format : Format.ALL) {
            int n = format.rows(bench.arrayBytes());
            long[] weights = format.weights(bench, format.stored(bench, n), n);
            for (int rows : ROWS) {
                check(format, weights, n, rows);
            }
            bench.free(weights);
        }
    }

    private void check(Format format, long[] weights, int n, int rows) {
        var plan = LinearPlan.of(rows, n, COLUMNS, false, 0, format.integers(), bench.facts());
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
                "plain_" + format.suffix(),
                new Launch((n + 7) / 8, (rows + 7) / 8, 1, 256, 0, true, 1),
                product(weights, x, twin, rows, n).addresses(0, 0, 0).integer(1));
        String kernel = "linear_" + format.suffix() + "_" + plan.tile();
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
