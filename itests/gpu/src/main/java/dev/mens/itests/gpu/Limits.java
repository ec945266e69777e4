package dev.mens.itests.gpu;

import dev.mens.backend.cuda.gpu.Gpu;
import dev.mens.backend.cuda.gpu.GpuFacts;
import dev.mens.backend.cuda.gpu.Gpus;

/// What the device can do at most, measured in the same run.
final class Limits {
    private static final long BYTES = 4L << 30;
    private static final int ROUNDS = 10;
    private static final long HOST_BYTES = 1L << 30;

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
