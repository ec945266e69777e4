package dev.mens.itests.gpu;

import dev.mens.backend.cuda.gpu.GpuFacts;
import dev.mens.backend.cuda.gpu.Gpus;
import dev.mens.backend.cuda.program.CudaKernels;
import dev.mens.backend.cuda.program.Precision;
import dev.mens.compute.DType;
import dev.mens.compute.DrawingProgram;
import dev.mens.compute.DrawingProgram.Draw;
import dev.mens.compute.Program.Cache;
import dev.mens.compute.Program.Segment;
import dev.mens.compute.Program.Wanted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Tokens a second of well-known shapes with random weights: decoding at a context of 1,024, and
/// prompts. Times are those of the caller, from one token to the next.
final class Speed {
    private static final int CONTEXT = 1024;
    private static final int STEPS = 100;

    /// Steps at the beginning of a run, until a program knows what to expect.
    private static final int UNTIMED = 32;

    private static final int PROMPTS = 21;

    /// Until code is compiled, graphs are captured, products are tried and clocks are up.
    private static final int LEAST_WARM = 30;

    private static final long WARM_NANOS = 600_000_000;

    private final Gpus gpus;
    private final List<GpuFacts> devices;

    Speed(Gpus gpus, List<GpuFacts> devices) {
        this.gpus = gpus;
        this.devices = devices;
    }

    /// @param words shape, type of the weights, batch sizes
    boolean run(List<String> words) throws Exception {
        var sizes = RandomLlama.Sizes.of(words.getFirst());
        var dtype = DType.valueOf(words.get(1));
        var batches =
                words.size() > 2
                        ? words.stream().skip(2).map(Integer::valueOf).toList()
                        : List.of(1, 8, 64);
        double limit = new Limits(gpus, devices.getFirst()).gigabytesPerSecond();
        System.out.printf(Locale.ROOT, "memory limit: %.0f GB/s%n", limit);
        try (var weights = new RandomLlama(sizes, dtype)) {
            long began = System.nanoTime();
            try (var program =
                    (DrawingProgram)
                            new CudaKernels(gpus, devices, Precision.FAST)
                                    .prepare(weights.network(sizes))) {
                double seconds = (System.nanoTime() - began) / 1e9;
                System.out.printf(
                        Locale.ROOT,
                        "%s %s: %.2f GB loaded in %.2f s%n",
                        sizes.name(),
                        dtype,
                        program.weightBytes() / 1e9,
                        seconds);
                for (int batch : batches) {
                    decode(program, sizes, dtype, batch, limit);
                }
                for (int tokens : new int[] {16, 128, 512, 2048}) {
                    prompt(program, sizes, tokens);
                }
            }
        }
        return true;
    }

    private void decode(
            DrawingProgram program, RandomLlama.Sizes sizes, DType dtype, int batch, double limit)
            throws InterruptedException {
        var caches = new ArrayList<Cache>();
        try {
            for (int i = 0; i < batch; i++) {
                var cache = program.cache(CONTEXT + 64);
                caches.add(cache);
                program.run(
                        List.of(
                                new Segment(
                                        cache,
                                        tokens(CONTEXT - 1, i),
                                        Wanted.NOTHING,
                                        new float[0])));
            }
            var drawn = new int[batch];
            Arrays.fill(drawn, 1);
            List<Draw> draws = Collections.nCopies(batch, Draw.LIKELIEST);
            long warm = System.nanoTime() + WARM_NANOS;
            while (System.nanoTime() < warm) {
                decode(program, caches, draws, drawn);
            }
            var nanos = decode(program, caches, draws, drawn);
            double millis = median(nanos) / 1e6;
            double bytes =
                    (double) dtype.bytes(sizes.parameters())
                            + (double) batch * CONTEXT * sizes.cacheBytes();
            System.out.printf(
                    Locale.ROOT,
                    "%s %s decode batch %d: %.3f ms a step, %.0f tok/s, %.0f GB/s = %.1f %% of the"
                            + " memory limit (token %d)%n",
                    sizes.name(),
                    dtype,
                    batch,
                    millis,
                    batch / millis * 1e3,
                    bytes / millis / 1e6,
                    bytes / millis / 1e4 / limit,
                    drawn[0]);
        } finally {
            caches.forEach(Cache::close);
        }
    }

    /// Goes on from half the steps before the context to half the steps behind it.
    ///
    /// @return the time from each token to the next
    private static long[] decode(
            DrawingProgram program, List<Cache> caches, List<Draw> draws, int[] drawn)
            throws InterruptedException {
        caches.forEach(cache -> cache.truncate(CONTEXT - STEPS / 2 - UNTIMED));
        var nanos = new long[STEPS];
        long last = System.nanoTime();
        for (int step = -UNTIMED; step < STEPS; step++) {
            var segments = new ArrayList<Segment>();
            for (int i = 0; i < caches.size(); i++) {
                segments.add(
                        new Segment(
                                caches.get(i),
                                new int[] {Math.max(0, drawn[i])},
                                Wanted.LAST_LOGITS,
                                new float[0]));
            }
            program.run(segments, draws, drawn);
            long now = System.nanoTime();
            if (step >= 0) {
                nanos[step] = now - last;
            }
            last = now;
        }
        return nanos;
    }

    private void prompt(DrawingProgram program, RandomLlama.Sizes sizes, int count)
            throws InterruptedException {
        try (var cache = program.cache(count)) {
            var nanos = new long[PROMPTS];
            var drawn = new int[1];
            long warm = System.nanoTime() + WARM_NANOS;
            for (int i = -LEAST_WARM; i < PROMPTS; i = next(i, warm)) {
                cache.truncate(0);
                long from = System.nanoTime();
                program.run(
                        List.of(
                                new Segment(
                                        cache, tokens(count, i), Wanted.LAST_LOGITS, new float[0])),
                        List.of(Draw.LIKELIEST),
                        drawn);
                if (i >= 0) {
                    nanos[i] = System.nanoTime() - from;
                }
            }
            double millis = median(nanos) / 1e6;
            System.out.printf(
                    Locale.ROOT,
                    "%s prompt of %d: %.3f ms, %.0f tok/s%n",
                    sizes.name(),
                    count,
                    millis,
                    count / millis * 1e3);
        }
    }

    /// Rounds below 0 warm up, the last of them until a time.
    private static int next(int round, long warm) {
        return round == -1 && System.nanoTime() < warm ? round : round + 1;
    }

    private static int[] tokens(int count, int seed) {
        return Stream.iterate(seed + 1L, x -> (x * 6364136223846793005L + 1442695040888963407L))
                .limit(count)
                .mapToInt(x -> (int) ((x >>> 33) % 100_000))
                .toArray();
    }

    private static double median(long[] values) {
        return Arrays.stream(values).sorted().skip(values.length / 2).findFirst().orElseThrow();
    }
}
