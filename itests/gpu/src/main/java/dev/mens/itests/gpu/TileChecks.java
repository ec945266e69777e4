package dev.mens.itests.gpu;

import dev.mens.backend.cuda.gpu.Arguments;
import dev.mens.backend.cuda.gpu.Gpu.Launch;
import dev.mens.backend.cuda.gpu.Tiles;
import dev.mens.backend.cuda.program.SlicedProduct;
import dev.mens.backend.cuda.program.TileProduct;

/// Products of 17 to 64 rows, against the plain kernel on the same weights.
final class TileChecks {
    private static final int COLUMNS = Format.COLUMNS;

    /// Columns that end within a tile, and pieces of which they are made.
    private static final int OUTPUTS = 16400;

    private static final int PIECES = 25;
    private static final int[] ROWS = {17, 64};

    /// The same of weights whose columns are shared, by each width.
    private static final int[] SLICED_OUTPUTS = {2000, 3096, 4120, 6200};

    /// Bits of small numbers.
    private static final long KEPT = 0x80ff_80ff_80ff_80ffL;

    private static final long SMALL = 0x3c00_3c00_3c00_3c00L;

    // Modes of `epilogue.cuh`, and an activation.
    private static final int SINGLE = 0;
    private static final int COMPUTE = 1;
    private static final int ADD = 2;
    private static final int GATED = 3;
    private static final int LOGITS = 4;
    private static final int SILU = 0;
    private static final int NONE = -1;

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
            for (int n : SLICED_OUTPUTS) {
                check(w, n, rows, SINGLE);
                check(w, n, rows, ADD);
            }
        }
        bench.free(w);
    }

    /// A kernel with its arguments.
    private record Way(String kernel, Launch launch, Arguments arguments) {}

    private Way way(
            long w, long x, long y, long bias, Prepared prepared, int n, int rows, int mode) {
        if (mode == SINGLE || mode == ADD) {
            var product = SlicedProduct.of(n, COLUMNS, bench.facts());
            return new Way(
                    product.kernel(),
                    product.launch(),
                    prepared.append(
                            maps(product.weight(w), product.input(x))
                                    .addresses(y, bias)
                                    .integers(n, mode)
                                    .real(1)
                                    .integers(rows, n, COLUMNS)));
        }
        var product = TileProduct.of(n, COLUMNS, mode == GATED, bench.facts());
        int outputs = mode == GATED ? n / 2 : n;
        return new Way(
                "product",
                product.launch(),
                prepared.appendTaken(
                        maps(product.weight(w), product.input(x))
                                .addresses(y, bias)
                                .integers(outputs, mode, SILU)
                                .real(1)
                                .integers(rows, n, COLUMNS)));
    }

    private Arguments maps(Tiles weight, Tiles input) {
        return new Arguments().addresses(bench.map(weight), bench.map(input));
    }

    /// Of an input that is handed over; what adds hands over too.
    private Prepared prepared(float[] squares, float[] gains, int rows, int n, int mode) {
        boolean gives = mode == ADD;
        int parts = gives ? SlicedProduct.of(n, COLUMNS, bench.facts()).clusters() : 0;
        return new Prepared(
                TileProduct.MOST_ROWS,
                bench.floats(squares),
                Prepared.PARTS,
                gives ? bench.zeros((long) rows * n * Short.BYTES) : 0,
                gives ? bench.floats(gains) : 0,
                gives ? bench.zeros((long) parts * TileProduct.MOST_ROWS * Float.BYTES) : 0);
    }

    private void check(long w, int n, int rows, int mode) {
        int outputs = mode == GATED ? n / 2 : n;
        boolean single = mode == SINGLE || mode == ADD || mode == LOGITS;
        int count = rows * outputs;
        var values = bench.normal(TileProduct.MOST_ROWS * COLUMNS);
        long x = bench.halves(values);
        var squares = Prepared.squares(bench, COLUMNS, TileProduct.MOST_ROWS);
        Prepared.norm(values, COLUMNS, squares);
        long exact = bench.floats(values);
        var gains = bench.normal(n);
        var prepared = prepared(squares, gains, rows, n, mode);
        long bias = bench.floats(bench.normal(n));
        long y = bench.zeros((long) count * Float.BYTES);
        long twin = bench.zeros((long) count * Float.BYTES);
        var way = way(w, x, y, bias, prepared, n, rows, mode);
        bench.launch(way.kernel(), way.launch(), way.arguments());
        bench.launch(
                "plain_bf16",
                new Launch((outputs + 7) / 8, (rows + 7) / 8, 1, 256, 0, true, 1),
                plain(w, bias, exact, twin, outputs, mode, single ? NONE : SILU)
                        .integers(rows, n, COLUMNS)
                        .addresses(0, 0, 0)
                        .integer(1));
        var made = bench.read(y, count, single);
        double error = Bench.error(made, bench.read(twin, count, single || mode == GATED));
        if (mode == ADD) {
            int parts = SlicedProduct.of(n, COLUMNS, bench.facts()).clusters();
            error = Math.max(error, prepared.error(bench, made, gains, parts));
        }
        double millis = bench.millis(way.kernel(), way.launch(), way.arguments());
        bench.report(
                way.kernel(),
                "%d × %d × %d, mode %d".formatted(rows, n, COLUMNS, mode),
                error,
                millis,
                (double) n * COLUMNS * Short.BYTES);
        bench.free(x, exact, bias, y, twin, prepared.squares());
        if (mode == ADD) {
            bench.free(prepared.x(), prepared.gain(), prepared.nextSquares());
        }
    }

    private static Arguments plain(
            long w, long bias, long x, long y, int stride, int mode, int activation) {
        return new Arguments()
                .addresses(w, 0, bias, x)
                .integer(0)
                .address(0)
                .real(0)
                .real(0)
                .addresses(0, 0, y)
                .integers(stride, mode, activation)
                .real(1)
                .real(0);
    }
}
