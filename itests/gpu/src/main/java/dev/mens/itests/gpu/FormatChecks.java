package dev.mens.itests.gpu;

import dev.mens.backend.cuda.gpu.Arguments;
import dev.mens.backend.cuda.gpu.Gpu.Launch;
import dev.mens.compute.DType;
import dev.mens.compute.Elements;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/// Every format's way to the device and from there into rows, against the host's reader of the
/// same bytes: what `repack` makes of blocks, `embed` reads and `widen` makes bf16.
final class FormatChecks {
    private static final int COLUMNS = Format.COLUMNS;
    private static final int CHECKED = 64;

    private final Bench bench;

    FormatChecks(Bench bench) {
        this.bench = bench;
    }

    void run() {
        for (var format : Format.ALL) {
            int n = format.rows(bench.arrayBytes() / 2);
            long stored = format.stored(bench, n);
            var blocks = bench.sent(CHECKED * format.storedBytes());
            double repacked = format.plain() ? 0 : repack(format, stored, n);
            long[] weights = format.weights(bench, stored, n);
            var twin = read(format, blocks);
            embed(format, weights, twin, repacked, n);
            if (!format.suffix().equals("bf16")) {
                widen(format, weights, twin, n);
            }
            bench.free(weights);
        }
    }

    private static float[] read(Format format, MemorySegment blocks) {
        var values = new float[CHECKED * COLUMNS];
        var dtype = DType.valueOf(format.suffix().toUpperCase(Locale.ROOT));
        Elements.read(dtype, blocks, 0, values.length, values, 0);
        return values;
    }

    private double repack(Format format, long stored, int n) {
        long quants = bench.zeros((long) n * COLUMNS / 256 * format.quantBytes());
        long scales = bench.zeros((long) n * COLUMNS / 256 * format.scaleBytes());
        double millis =
                bench.millis(
                        "repack_" + format.suffix(),
                        Format.repack(n),
                        Format.repackOf(stored, quants, scales, n));
        bench.free(quants, scales);
        return millis;
    }

    /// @param repacked milliseconds; its error is that of the rows read
    private void embed(Format format, long[] weights, float[] twin, double repacked, int n) {
        int count = bench.quick() ? CHECKED : 32 * CHECKED;
        var records = new int[count * 8];
        for (int r = 0; r < count; r++) {
            records[r * 8] = r % CHECKED;
        }
        long rows = bench.integers(records);
        long x = bench.zeros((long) count * COLUMNS * Float.BYTES);
        String kernel = "embed_" + format.suffix();
        double millis =
                bench.millis(
                        kernel,
                        new Launch(count, 1, 1, 256, 0, true, 1),
                        new Arguments()
                                .addresses(rows, weights[0], weights[1])
                                .real(1)
                                .addresses(0, 0, x)
                                .integers(count, COLUMNS));
        double error = Bench.error(bench.read(x, twin.length, true), twin);
        if (!format.plain()) {
            bench.report(
                    "repack_" + format.suffix(),
                    n + " × " + COLUMNS,
                    error,
                    repacked,
                    n * (double) (format.storedBytes() + format.rowBytes()));
        }
        bench.report(
                kernel,
                count + " × " + COLUMNS,
                error,
                millis,
                count * (double) (format.rowBytes() + COLUMNS * Float.BYTES));
        bench.free(rows, x);
    }

    private void widen(Format format, long[] weights, float[] twin, int n) {
        long y = bench.zeros((long) n * COLUMNS * Short.BYTES);
        String kernel = "widen_" + format.suffix();
        double millis =
                bench.millis(
                        kernel,
                        new Launch((n * (COLUMNS / 32) + 255) / 256, 1, 1, 256, 0, true, 1),
                        new Arguments().addresses(weights[0], weights[1], y).integers(n, COLUMNS));
        bench.report(
                kernel,
                n + " × " + COLUMNS,
                Bench.error(bench.read(y, twin.length, false), twin),
                millis,
                n * (double) (format.rowBytes() + COLUMNS * Short.BYTES));
        bench.free(y);
    }
}
