package dev.mens.itests.gpu;

import dev.mens.backend.cuda.gpu.Gemm;
import dev.mens.backend.cuda.gpu.Gpu;
import dev.mens.backend.cuda.gpu.GpuFacts;
import dev.mens.backend.cuda.gpu.Gpus;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/// What the device can do at most, measured in the same run.
final class Limits {
    private static final long BYTES = 4L << 30;
    private static final int ROUNDS = 10;
    private static final long HOST_BYTES = 1L << 30;

    /// Of a large product's matrices, whose elements these bits make small numbers.
    private static final int SIDE = 8192;

    private static final long KEPT = 0x80ff_80ff_80ff_80ffL;
    private static final long SET = 0x3c00_3c00_3c00_3c00L;

    private final Gpus gpus;
    private final GpuFacts device;

    Limits(Gpus gpus, GpuFacts device) {
        this.gpus = gpus;
        this.device = device;
    }

    /// A large copy within the device, bytes read plus bytes written.
    double gigabytesPerSecond() {
        try (var gpu = gpus.open(device.ordinal())) {
            long from = gpu.allocate(BYTES);
            long to = gpu.allocate(BYTES);
            gpu.fill(from, 1, BYTES);
            return 2 * BYTES / best(gpu, () -> gpu.copy(to, from, BYTES)) / 1e6;
        }
    }

    /// From pinned memory to the device.
    double pinnedGigabytesPerSecond() {
        try (var gpu = gpus.open(device.ordinal())) {
            long to = gpu.allocate(HOST_BYTES);
            var from = gpu.pinned(HOST_BYTES);
            return HOST_BYTES / best(gpu, () -> gpu.upload(to, from)) / 1e6;
        }
    }

    /// A large product of the vendor's library, bf16 with random bits; 0 without the library.
    double teraflops() {
        try (var gpu = gpus.open(device.ordinal())) {
            if (!gpu.multiplies()) {
                return 0;
            }
            long bytes = (long) SIDE * SIDE * Short.BYTES;
            long w = gpu.allocate(bytes);
            long x = gpu.allocate(bytes);
            long y = gpu.allocate(bytes);
            var random = new SplittableRandom(3);
            var bits = gpu.pinned(bytes);
            for (long at = 0; at < bytes; at += Long.BYTES) {
                bits.set(ValueLayout.JAVA_LONG, at, random.nextLong() & KEPT | SET);
            }
            gpu.upload(w, bits);
            gpu.upload(x, bits);
            var gemm = new Gemm(w, SIDE, x, SIDE, y, SIDE, SIDE, SIDE, SIDE, false, 1, 0);
            double millis = best(gpu, () -> gpu.multiply(gemm));
            gpu.unpin(bits);
            return 2.0 * SIDE * SIDE * SIDE / millis / 1e9;
        }
    }

    private static double best(Gpu gpu, Runnable work) {
        double best = Double.MAX_VALUE;
        try (var before = gpu.mark();
                var after = gpu.mark()) {
            for (int i = 0; i < ROUNDS; i++) {
                before.set();
                work.run();
                after.set();
                after.await();
                best = Math.min(best, after.millisSince(before));
            }
        }
        return best;
    }
}
