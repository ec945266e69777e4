package dev.mens.itests.gpu;

import dev.mens.backend.cuda.gpu.Arguments;
import dev.mens.backend.cuda.gpu.Gpu.Launch;
import dev.mens.backend.cuda.program.Attends;

/// Attention for every head size, of a prompt and of one token for each of many sequences, against
/// the plain kernel on the same cache.
final class AttendChecks {
    private static final int PAGE = 64;
    private static final int KEY_HEADS = 8;
    private static final int HEADS = 32;
    private static final long SMALL = 0x80ff_80ff_80ff_80ffL;
    private static final long SMALL_SET = 0x3c00_3c00_3c00_3c00L;

    private final Bench bench;
    private final int prompt;
    private final int sequences;
    private final int context;

    AttendChecks(Bench bench) {
        this.bench = bench;
        prompt = bench.quick() ? 192 : 2048;
        sequences = bench.quick() ? 3 : 32;
        context = bench.quick() ? 320 : 4096;
    }

    void run() {
        for (int size : new int[] {64, 96, 128, 256}) {
            for (var kernel : Attends.Prefill.of(size, bench.facts())) {
                prompt(size, kernel, prompt, 0, 0);
                prompt(size, kernel, prompt - 91, 100, 20);
            }
            decode(size, 1);
            decode(size, sequences);
        }
    }

    /// What every kernel reads: projections, in f32 for a step, records, tables and caches.
    private record Case(
            int size,
            int count,
            int mostPages,
            long projected,
            long qkv,
            long rows,
            long pages,
            long keys,
            long values) {
        Arguments arguments() {
            return of(new Arguments().address(qkv));
        }

        /// Behind what is projected.
        Arguments of(Arguments from) {
            return from.addresses(rows, pages).integer(mostPages).addresses(keys, values);
        }

        void free(Bench bench) {
            bench.free(projected, qkv, rows, pages, keys, values);
        }

        float scale() {
            return (float) (1 / Math.sqrt(size));
        }

        long outBytes() {
            return (long) count * HEADS * size * Short.BYTES;
        }
    }

    private Case random(int size, int sequences, int tokens, int rowsEach) {
        int mostPages = (tokens + PAGE - 1) / PAGE;
        int count = sequences * rowsEach;
        var rows = new int[count * 8];
        var pages = new int[sequences * mostPages];
        for (int row = 0; row < count; row++) {
            int position = tokens - rowsEach + row % rowsEach;
            rows[row * 8 + 1] = position;
            rows[row * 8 + 2] = position + 1;
            rows[row * 8 + 3] = tokens;
            rows[row * 8 + 4] = row / rowsEach;
        }
        for (int page = 0; page < pages.length; page++) {
            pages[page] = page + 1;
        }
        long pageBytes = (long) KEY_HEADS * PAGE * size * Short.BYTES;
        long columns = (HEADS + 2L * KEY_HEADS) * size;
        return new Case(
                size,
                count,
                mostPages,
                bench.floats(bench.normal(Math.toIntExact(rowsEach == 1 ? count * columns : 1))),
                bench.random(count * columns * Short.BYTES, 1, SMALL, SMALL_SET),
                bench.integers(rows),
                bench.integers(pages),
                bench.random(pageBytes, pages.length + 1, SMALL, SMALL_SET),
                bench.random(pageBytes, pages.length + 1, SMALL, SMALL_SET));
    }

    private void prompt(int size, Attends.Prefill kernel, int tokens, int window, float softCap) {
        var on = random(size, 1, tokens, tokens);
        int tileRows = Attends.tileRows(size);
        int tileCount = (tokens + tileRows - 1) / tileRows;
        var tiles = new int[tileCount * 2];
        for (int tile = 0; tile < tileCount; tile++) {
            tiles[2 * tile] = tile * tileRows;
            tiles[2 * tile + 1] = Math.min(tileRows, tokens - tile * tileRows);
        }
        long tileList = bench.integers(tiles);
        long y = bench.zeros(on.outBytes());
        long twin = plain(on, window, softCap);
        double millis =
                bench.millis(
                        kernel.kernel(),
                        new Launch(
                                HEADS,
                                tileCount,
                                1,
                                kernel.threads(),
                                kernel.sharedBytes(),
                                true,
                                1),
                        on.arguments()
                                .addresses(y, tileList)
                                .real(on.scale())
                                .real(softCap)
                                .integers(window, HEADS, KEY_HEADS));
        double seen = window > 0 ? (double) window * tokens : (double) tokens * tokens / 2;
        bench.reportProducts(
                kernel.kernel(),
                tokens + " tokens" + (window > 0 ? ", window" : "") + ", heads of " + size,
                bench.error(y, twin, (long) on.count() * HEADS * size, false),
                millis,
                4 * seen * HEADS * size);
        on.free(bench);
        bench.free(tileList, y, twin);
    }

    /// Of queries as they are, with keys that are in the cache.
    private long plain(Case on, int window, float softCap) {
        long y = bench.zeros(on.outBytes());
        bench.launch(
                "attend_bf16",
                new Launch(HEADS, on.count(), 1, 128, 0, true, 1),
                on.arguments()
                        .address(y)
                        .real(on.scale())
                        .real(softCap)
                        .integers(window, on.count(), HEADS, KEY_HEADS, on.size()));
        return y;
    }

    private void decode(int size, int count) {
        var on = random(size, count, context, 1);
        var frequencies = new float[size / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = (float) Math.pow(10_000, -2.0 * i / size);
        }
        long turns = bench.floats(frequencies);
        int splits = Attends.splits(KEY_HEADS, count, bench.facts());
        long partial = bench.zeros((long) count * HEADS * splits * (size + 4) * Float.BYTES);
        long arrived = bench.zeros((long) count * KEY_HEADS * Integer.BYTES);
        long y = bench.zeros(on.outBytes());
        String kernel = "attend_decode_" + size;
        // It leaves the projections as they are, so that it can be launched again and again.
        double millis =
                bench.millis(
                        kernel,
                        new Launch(
                                splits,
                                KEY_HEADS,
                                count,
                                128,
                                Attends.decodeBytes(size, HEADS / KEY_HEADS, splits),
                                true,
                                splits),
                        on.of(new Arguments().address(on.projected()))
                                .addresses(0, 0)
                                .real(0)
                                .real(0)
                                .addresses(turns, 0)
                                .integer(size / 2)
                                .real(1)
                                .integer(0)
                                .address(y)
                                .real(on.scale())
                                .real(0)
                                .integers(0, count, HEADS, KEY_HEADS)
                                .addresses(partial, arrived)
                                .integer(splits));
        bench.launch(
                "place_bf16_single",
                new Launch(count, 1, 1, 256, 0, true, 1),
                on.of(new Arguments().addresses(on.projected(), on.qkv()))
                        .addresses(0, 0, 0, 0)
                        .integers(0, 0)
                        .real(0)
                        .real(0)
                        .addresses(turns, 0)
                        .integer(size / 2)
                        .real(1)
                        .integers(0, count, HEADS, KEY_HEADS, size));
        long twin = plain(on, 0, 0);
        bench.report(
                kernel,
                count + " × " + context + " tokens, heads of " + size,
                bench.error(y, twin, (long) count * HEADS * size, false),
                millis,
                count == 1 ? 0 : 4.0 * count * context * KEY_HEADS * size);
        on.free(bench);
        bench.free(turns, partial, arrived, y, twin);
    }
}
