package dev.mens.itests.gpu;

import dev.mens.backend.cuda.gpu.Arguments;
import dev.mens.backend.cuda.gpu.Gpu.Launch;
import org.jspecify.annotations.Nullable;

/// What is done to rows between products: norms, joins, gates, biases and places, against plain
/// loops on the host. All are bound by memory.
final class RowChecks {
    private static final int WIDTH = 4096;
    private static final float EPSILON = 1e-5f;
    private static final int HEADS = 32;
    private static final int KEY_HEADS = 8;
    private static final int PAGE = 64;

    private final Bench bench;
    private final int rows;

    RowChecks(Bench bench) {
        this.bench = bench;
        rows = bench.quick() ? 5 : 2048;
    }

    void run() {
        norm(1);
        norm(2);
        join();
        gate(false);
        gate(true);
        bias();
        for (int size : new int[] {64, 128}) {
            place(size, false);
            place(size, true);
        }
    }

    private static Launch eachRow(int rows) {
        return new Launch(rows, 1, 1, 256, 0, true, 1);
    }

    /// @param kind 1 for RMS, 2 for Layer
    private void norm(int kind) {
        var x = bench.normal(rows * WIDTH);
        var gain = bench.normal(WIDTH);
        var bias = bench.normal(WIDTH);
        long in = bench.floats(x);
        long gains = bench.floats(gain);
        long biases = bench.floats(bias);
        long y = bench.zeros(2L * x.length);
        var launched =
                new Arguments()
                        .addresses(in, 0, y, gains, kind == 2 ? biases : 0)
                        .real(1)
                        .real(EPSILON)
                        .integers(kind, rows, WIDTH);
        double millis = bench.millis("norm_bf16", eachRow(rows), launched);
        var twin = new float[x.length];
        for (int r = 0; r < rows; r++) {
            normed(x, r * WIDTH, gain, kind == 2 ? bias : null, twin);
        }
        bench.report(
                "norm_bf16",
                (kind == 1 ? "RMS, " : "Layer, ") + rows + " × " + WIDTH,
                Bench.error(bench.read(y, x.length, false), twin),
                millis,
                6.0 * x.length);
        bench.free(in, gains, biases, y);
    }

    /// With a bias a layer norm, otherwise an RMS norm with an offset of 1.
    private static void normed(
            float[] x, int from, float[] gain, float @Nullable [] bias, float[] y) {
        double mean = 0;
        for (int i = 0; i < WIDTH && bias != null; i++) {
            mean += x[from + i] / (double) WIDTH;
        }
        double squares = 0;
        for (int i = 0; i < WIDTH; i++) {
            squares += (x[from + i] - mean) * (x[from + i] - mean);
        }
        double scale = 1 / Math.sqrt(squares / WIDTH + EPSILON);
        for (int i = 0; i < WIDTH; i++) {
            double v = (x[from + i] - mean) * scale;
            y[from + i] = (float) (bias == null ? (1 + gain[i]) * v : gain[i] * v + bias[i]);
        }
    }

    private void join() {
        var x = bench.normal(rows * WIDTH);
        var branch = bench.normal(rows * WIDTH);
        var gain = bench.normal(WIDTH);
        long stream = bench.floats(x);
        long in = bench.floats(branch);
        long gains = bench.floats(gain);
        var launched =
                new Arguments()
                        .addresses(stream, in)
                        .real(0.5f)
                        .addresses(gains, 0)
                        .real(1)
                        .real(EPSILON)
                        .integer(1)
                        .addresses(0, 0)
                        .real(0)
                        .real(0)
                        .integers(0, rows, WIDTH);
        bench.launch("join", eachRow(rows), launched);
        var mine = bench.read(stream, x.length, true);
        var twin = new float[x.length];
        for (int r = 0; r < rows; r++) {
            normed(branch, r * WIDTH, gain, null, twin);
        }
        for (int i = 0; i < x.length; i++) {
            twin[i] = x[i] + 0.5f * twin[i];
        }
        bench.report(
                "join",
                rows + " × " + WIDTH,
                Bench.error(mine, twin),
                bench.millis("join", eachRow(rows), launched),
                12.0 * x.length);
        bench.free(stream, in, gains);
    }

    /// @param single whether it comes in f32
    private void gate(boolean single) {
        var both = bench.normal(rows * 2 * WIDTH);
        long in = single ? bench.floats(both) : bench.halves(both);
        String kernel = single ? "gate_bf16_single" : "gate_bf16";
        long y = bench.zeros(2L * rows * WIDTH);
        double millis =
                bench.millis(
                        kernel,
                        new Launch(WIDTH / 2048, rows, 1, 256, 0, true, 1),
                        new Arguments().addresses(in, y).integers(0, 1, rows, WIDTH));
        var twin = new float[rows * WIDTH];
        for (int i = 0; i < twin.length; i++) {
            double gate = both[i / WIDTH * 2 * WIDTH + i % WIDTH];
            twin[i] =
                    (float)
                            (gate
                                    / (1 + Math.exp(-gate))
                                    * both[i / WIDTH * 2 * WIDTH + WIDTH + i % WIDTH]);
        }
        bench.report(
                kernel,
                "SILU, " + rows + " × " + WIDTH,
                Bench.error(bench.read(y, twin.length, false), twin),
                millis,
                (single ? 10.0 : 6.0) * twin.length);
        bench.free(in, y);
    }

    private void bias() {
        var twin = bench.normal(rows * WIDTH);
        var bias = bench.normal(WIDTH);
        long y = bench.halves(twin);
        long biases = bench.floats(bias);
        var launch = new Launch(WIDTH / 256, rows, 1, 256, 0, true, 1);
        var launched = new Arguments().addresses(y, biases).integers(rows, WIDTH);
        bench.launch("bias_bf16", launch, launched);
        var mine = bench.read(y, twin.length, false);
        for (int i = 0; i < twin.length; i++) {
            twin[i] += bias[i % WIDTH];
        }
        bench.report(
                "bias_bf16",
                rows + " × " + WIDTH,
                Bench.error(mine, twin),
                bench.millis("bias_bf16", launch, launched),
                4.0 * twin.length);
        bench.free(y, biases);
    }

    /// One sequence from its beginning, without norms: queries turned, keys and values in the
    /// cache.
    ///
    /// @param single whether they come in f32
    private void place(int size, boolean single) {
        int columns = (HEADS + 2 * KEY_HEADS) * size;
        var qkv = bench.normal(rows * columns);
        var records = new int[rows * 8];
        var pages = new int[(rows + PAGE - 1) / PAGE];
        for (int page = 0; page < pages.length; page++) {
            pages[page] = pages.length - page;
        }
        for (int r = 0; r < rows; r++) {
            records[r * 8 + 1] = r;
        }
        var frequencies = new float[size / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = (float) Math.pow(10_000, -2.0 * i / size);
        }
        long placedAt = bench.halves(qkv);
        long in = single ? bench.floats(qkv) : placedAt;
        String kernel = single ? "place_bf16_single" : "place_bf16";
        long rowList = bench.integers(records);
        long table = bench.integers(pages);
        long turns = bench.floats(frequencies);
        int poolSize = (pages.length + 1) * KEY_HEADS * PAGE * size;
        long keys = bench.zeros(2L * poolSize);
        long values = bench.zeros(2L * poolSize);
        var launched =
                new Arguments()
                        .addresses(in, placedAt, rowList, table)
                        .integer(pages.length)
                        .addresses(keys, values, 0, 0, 0, 0)
                        .integers(0, 0)
                        .real(0)
                        .real(0)
                        .addresses(turns, 0)
                        .integer(size / 2)
                        .real(1)
                        .integers(0, rows, HEADS, KEY_HEADS, size);
        bench.launch(kernel, eachRow(rows), launched);
        var placed = bench.read(placedAt, qkv.length, false);
        var cached =
                new float[][] {
                    bench.read(keys, poolSize, false), bench.read(values, poolSize, false)
                };
        var mine = new float[qkv.length];
        var twin = new float[qkv.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                int head = c / size;
                int at = r * columns + c;
                int cache = head < HEADS ? -1 : (head - HEADS) / KEY_HEADS;
                int place =
                        ((pages[r / PAGE] * KEY_HEADS + (head - HEADS) % KEY_HEADS) * PAGE
                                                + r % PAGE)
                                        * size
                                + c % size;
                mine[at] = cache < 0 ? placed[at] : cached[cache][place];
                twin[at] =
                        cache == 1 ? qkv[at] : turned(qkv, at - c % size, c % size, r, frequencies);
            }
        }
        bench.report(
                kernel,
                rows + " rows, 32 heads of " + size,
                Bench.error(mine, twin),
                bench.millis(kernel, eachRow(rows), launched),
                (single ? 6.0 : 4.0) * qkv.length);
        if (single) {
            bench.free(in);
        }
        bench.free(placedAt, rowList, table, turns, keys, values);
    }

    /// Element `i` of a head's vector, turned by its position.
    private static float turned(float[] x, int head, int i, int position, float[] frequencies) {
        int pairs = frequencies.length;
        double angle = (float) position * frequencies[i % pairs];
        double other = i < pairs ? -x[head + i + pairs] : x[head + i - pairs];
        return (float) (x[head + i] * Math.cos(angle) + other * Math.sin(angle));
    }
}
