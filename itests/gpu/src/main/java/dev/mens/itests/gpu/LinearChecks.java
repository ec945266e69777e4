package dev.mens.itests.gpu;

import dev.mens.backend.cuda.gpu.Arguments;
import dev.mens.backend.cuda.gpu.Gpu.Launch;
import dev.mens.backend.cuda.program.LinearPlan;

/// Products of few rows in every format, against the plain kernel on the same weights.
final class LinearChecks {
    private static final int COLUMNS = Format.COLUMNS;
    private static final int[] ROWS = {1, 4, 8, 16};

    // Modes of `epilogue.cuh`.
    private static final int STORE = 0;
    private static final int ADD = 2;

    /// Pieces of 16 bytes.
    private static final int CLEARED = 1000;

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
                add(format, weights, n, rows);
            }
            relay(format, weights, n);
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
                product(weights, x, false, twin, STORE, rows, n).addresses(0, 0, 0).integer(1));
        String kernel = "linear_" + format.suffix() + "_" + plan.tile();
        var arguments =
                product(weights, x, false, y, STORE, rows, n)
                        .addresses(0, partial, arrived)
                        .integer(plan.splits());
        if (plan.one()) {
            arguments.integers(plan.team(), 0).addresses(0, 0).integer(0);
        } else if (!plan.integers()) {
            Prepared.NOTHING.append(arguments);
        }
        double millis = bench.millis(kernel, plan.launch(), arguments);
        bench.report(
                kernel,
                "%d × %d × %d".formatted(rows, n, COLUMNS),
                bench.error(y, twin, (long) rows * n, true),
                millis,
                n * (double) format.rowBytes());
        bench.free(x, y, twin, partial, arrived);
    }

    /// From bf16 that a product before has prepared to the residual stream, and preparing for the
    /// next, where kernels do that.
    private void add(Format format, long[] weights, int n, int rows) {
        var plan = LinearPlan.of(rows, n, COLUMNS, false, 0, format.integers(), bench.facts());
        if (plan.integers()) {
            return;
        }
        var values = bench.normal(rows * COLUMNS);
        long x = bench.halves(values);
        var squares = Prepared.squares(bench, COLUMNS, Prepared.ROWS);
        Prepared.norm(values, COLUMNS, squares);
        long exact = bench.floats(values);
        var stream = bench.normal(rows * n);
        long y = bench.floats(stream);
        long twin = bench.floats(stream);
        var gains = bench.normal(n);
        int parts = plan.launch().x();
        var prepared =
                new Prepared(
                        Prepared.ROWS,
                        bench.floats(squares),
                        Prepared.PARTS,
                        bench.zeros((long) rows * n * Short.BYTES),
                        bench.floats(gains),
                        bench.zeros((long) parts * Prepared.ROWS * Float.BYTES));
        long partial = bench.zeros(Math.max(256, plan.partialBytes()));
        long arrived = bench.zeros(Math.max(256, plan.arrivedBytes()));
        bench.launch(
                "plain_" + format.suffix(),
                new Launch((n + 7) / 8, (rows + 7) / 8, 1, 256, 0, true, 1),
                product(weights, exact, false, twin, ADD, rows, n).addresses(0, 0, 0).integer(1));
        String kernel = "linear_" + format.suffix() + "_" + plan.tile();
        bench.launch(
                kernel,
                plan.launch(),
                prepared.append(
                        product(weights, x, true, y, ADD, rows, n)
                                .addresses(0, partial, arrived)
                                .integer(plan.splits())));
        var sums = bench.read(y, rows * n, true);
        double error =
                Math.max(
                        Bench.error(sums, bench.read(twin, rows * n, true)),
                        prepared.error(bench, sums, gains, parts));
        bench.report(kernel, "%d × %d × %d, added".formatted(rows, n, COLUMNS), error, 0, 0);
        bench.free(x, exact, y, twin, partial, arrived);
        bench.free(prepared.squares(), prepared.x(), prepared.gain(), prepared.nextSquares());
    }

    /// One row that was handed on word by word, added to another, while a third is cleared.
    private void relay(Format format, long[] weights, int n) {
        var plan = LinearPlan.of(1, n, COLUMNS, false, 0, format.integers(), bench.facts());
        if (!plan.one()) {
            return;
        }
        var values = bench.normal(COLUMNS);
        long x = bench.halves(values);
        long exact = bench.floats(values);
        var stream = bench.normal(n);
        long old = bench.floats(stream);
        long twin = bench.floats(stream);
        long y = bench.zeros((long) n * Float.BYTES);
        long cleared = bench.zeros(16L * CLEARED);
        bench.launch(
                "plain_" + format.suffix(),
                new Launch((n + 7) / 8, 1, 1, 256, 0, true, 1),
                product(weights, exact, false, twin, ADD, 1, n).addresses(0, 0, 0).integer(1));
        String kernel = "linear_" + format.suffix() + "_" + plan.tile();
        bench.launch(
                kernel,
                plan.launch(),
                product(weights, x, true, y, ADD, 1, n)
                        .addresses(0, 0, 0)
                        .integers(plan.splits(), plan.team(), 1)
                        .addresses(old, cleared)
                        .integer(CLEARED));
        double error = bench.error(y, twin, n, true);
        for (float word : bench.read(cleared, 4 * CLEARED, true)) {
            error = Float.floatToRawIntBits(word) == -1 ? error : Double.POSITIVE_INFINITY;
        }
        bench.report(kernel, "1 × %d × %d, handed on".formatted(n, COLUMNS), error, 0, 0);
        bench.free(x, exact, old, twin, y, cleared);
    }

    /// The arguments that both kernels begin with: no bias, norm, gather or groups.
    ///
    /// @param halves whether `x` is bf16, not f32
    private static Arguments product(
            long[] weights, long x, boolean halves, long y, int mode, int rows, int n) {
        return new Arguments()
                .addresses(weights[0], weights[1], 0, x)
                .integer(halves ? 1 : 0)
                .address(0)
                .real(0)
                .real(0)
                .addresses(0, 0, y)
                .integers(n, mode, -1)
                .real(1)
                .real(0)
                .integers(rows, n, COLUMNS);
    }
}
