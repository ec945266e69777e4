package dev.mens.itests.gpu;

import dev.mens.backend.cuda.gpu.Arguments;
import dev.mens.backend.cuda.gpu.Gpu.Launch;
import dev.mens.backend.cuda.program.TileProduct;

/// Products of 17 to 64 rows, against the plain kernel on the same weights.
final class TileChecks {
    private static final int COLUMNS = Format.COLUMNS;

    /// Columns that end within a tile, and pieces of which they are made.
    private static final int OUTPUTS = 16400;

    private static final int PIECES = 25;
    private static final int[] ROWS = {17, 64};

    /// Bits of small numbers.
    private static final long KEPT = 0x80ff_80ff_80ff_80ffL;

    private static final long SMALL = 0x3c00_3c00_3c00_3c00L;

    // Modes of `epilogue.cuh`, and an activation.
    private static final int COMPUTE = 1;
    private static final int GATED = 3;
    private static final int LOGITS = 4;
    private static final int SILU = 0;

    private final Bench bench;

    TileChecks(Bench bench) {
        this.bench = bench;
    }

    void run() {
        if (!TileProduct.serves(OUTPUTS, bench.facts())) {
            return;
        }
        long bytes = (long) OUTPUTS * COLUMNS * Short.BYTES;
        long w = bench.random(bytes / PIECES, PIECES, KEPT, SMALL);
        for (int rows : ROWS) {
            for (int mode : new int[] {COMPUTE, GATED, LOGITS}) {
                check(w, OUTPUTS, rows, mode);
            }
        }
        bench.free(w);
    }

    private void check(long w, int n, int rows, int mode) {
        var product = TileProduct.of(n, COLUMNS, mode == GATED, bench.facts());
        int outputs = mode == GATED ? n / 2 : n;
        boolean single = mode == LOGITS;
        int count = rows * outputs;
        var values = bench.normal(TileProduct.MOST_ROWS * COLUMNS);
        long x = bench.halves(values);
        long exact = bench.floats(values);
        long bias = bench.floats(bench.normal(n));
        long y = bench.zeros((long) count * Float.BYTES);
        long twin = bench.zeros((long) count * Float.BYTES);
        var arguments =
                new Arguments()
                        .addresses(bench.map(product.weight(w)), bench.map(product.input(x)))
                        .addresses(y, bias)
                        .integers(outputs, mode, SILU)
                        .real(1)
                        .integers(rows, n, COLUMNS);
        bench.launch("product", product.launch(), arguments);
        bench.launch(
                "plain_bf16",
                new Launch((outputs + 7) / 8, (rows + 7) / 8, 1, 256, 0, true, 1),
                plain(w, bias, exact, twin, outputs, mode)
                        .integers(rows, n, COLUMNS)
                        .addresses(0, 0, 0)
                        .integer(1));
        double error =
                Bench.error(
                        bench.read(y, count, single),
                        bench.read(twin, count, single || mode == GATED));
        double millis = bench.millis("product", product.launch(), arguments);
        bench.report(
                "product",
                "%d × %d × %d, mode %d".formatted(rows, n, COLUMNS, mode),
                error,
                millis,
                (double) n * COLUMNS * Short.BYTES);
        bench.free(x, exact, bias, y, twin);
    }

    private static Arguments plain(long w, long bias, long x, long y, int stride, int mode) {
        return new Arguments()
                .addresses(w, 0, bias, x)
                .integer(0)
                .address(0)
                .real(0)
                .real(0)
                .addresses(0, 0, y)
                .integers(stride, mode, SILU)
                .real(1)
                .real(0);
    }
}
