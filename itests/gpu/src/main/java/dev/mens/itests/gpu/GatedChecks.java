package dev.mens.itests.gpu;

import dev.mens.backend.cuda.gpu.Arguments;
import dev.mens.backend.cuda.gpu.Gpu.Launch;
import dev.mens.backend.cuda.program.GatedProduct;

/// Gates and ups of many rows, against the plain kernel on the same weights.
final class GatedChecks {
    private static final int COLUMNS = Format.COLUMNS;
    private static final int QUICK_COLUMNS = 1024;

    /// Columns of the result, that end within a tile of any width; pieces of which the weight is.
    private static final int INNER = 5000;

    private static final int PIECES = 20;

    /// These end within a tile too, and between them have each width chosen.
    private static final int[] ROWS = {240, 760, 1000};

    /// Bits of small numbers.
    private static final long KEPT = 0x80ff_80ff_80ff_80ffL;

    private static final long SMALL = 0x3c00_3c00_3c00_3c00L;

    // A mode of `epilogue.cuh`, and activations.
    private static final int GATED = 3;
    private static final int SILU = 0;
    private static final int GELU_TANH = 2;

    private final Bench bench;
    private final int columns;

    GatedChecks(Bench bench) {
        this.bench = bench;
        columns = bench.quick() ? QUICK_COLUMNS : COLUMNS;
    }

    void run() {
        if (!GatedProduct.serves(ROWS[0], INNER, bench.facts())) {
            return;
        }
        long bytes = 2L * INNER * columns * Short.BYTES;
        long w = bench.random(bytes / PIECES, PIECES, KEPT, SMALL);
        for (int rows : ROWS) {
            check(w, rows, SILU);
        }
        check(w, ROWS[0], GELU_TANH);
        bench.free(w);
    }

    private void check(long w, int rows, int activation) {
        var product = GatedProduct.of(rows, INNER, columns, bench.facts());
        var values = bench.normal(rows * columns);
        long x = bench.halves(values);
        long exact = bench.floats(values);
        long bias = bench.floats(bench.normal(2 * INNER));
        int stride = (INNER + 63) / 64 * 64;
        long y = bench.zeros((long) rows * stride * Short.BYTES);
        long twin = bench.zeros((long) rows * stride * Float.BYTES);
        var arguments =
                new Arguments()
                        .addresses(bench.map(product.weight(w)), bench.map(product.input(x, rows)))
                        .addresses(y, bias)
                        .integers(stride, activation)
                        .integers(rows, INNER, columns);
        bench.launch(product.kernel(), product.launch(), arguments);
        bench.launch(
                "plain_bf16",
                new Launch((INNER + 7) / 8, (rows + 7) / 8, 1, 256, 0, true, 1),
                new Arguments()
                        .addresses(w, 0, bias, exact)
                        .integer(0)
                        .address(0)
                        .real(0)
                        .real(0)
                        .addresses(0, 0, twin)
                        .integers(stride, GATED, activation)
                        .real(1)
                        .real(0)
                        .integers(rows, 2 * INNER, columns)
                        .addresses(0, 0, 0)
                        .integer(1));
        int compared = (int) Math.min((long) rows * stride, bench.arrayBytes() / Float.BYTES);
        int skipped = rows * stride - compared;
        double error =
                Bench.error(
                        bench.read(y + (long) skipped * Short.BYTES, compared, false),
                        bench.read(twin + (long) skipped * Float.BYTES, compared, true));
        double millis = bench.millis(product.kernel(), product.launch(), arguments);
        bench.reportProducts(
                product.kernel(),
                "%d × %d × %d".formatted(rows, 2 * INNER, columns),
                error,
                millis,
                2.0 * rows * 2 * INNER * columns);
        bench.free(x, exact, bias, y, twin);
    }
}
