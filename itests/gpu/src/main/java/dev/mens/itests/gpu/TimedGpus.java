package dev.mens.itests.gpu;

import dev.mens.backend.cuda.gpu.Arguments;
import dev.mens.backend.cuda.gpu.Gemm;
import dev.mens.backend.cuda.gpu.Gpu;
import dev.mens.backend.cuda.gpu.GpuFacts;
import dev.mens.backend.cuda.gpu.Gpus;
import dev.mens.backend.cuda.gpu.Tiles;
import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// Devices that take the time of every kernel by itself, so nothing overlaps and no graph is used.
final class TimedGpus implements Gpus {
    private final Gpus gpus;
    private final Map<String, double[]> times = new HashMap<>();

    TimedGpus(Gpus gpus) {
        this.gpus = gpus;
    }

    /// Forgets what was measured so far.
    void clear() {
        times.clear();
    }

    /// Prints the time of each kernel, the longest first.
    void print(String what, int rounds) {
        double all = times.values().stream().mapToDouble(time -> time[0]).sum();
        System.out.printf(Locale.ROOT, "%s: %.3f ms in kernels%n", what, all / rounds);
        times.entrySet().stream()
                .sorted(Comparator.comparingDouble(entry -> -entry.getValue()[0]))
                .limit(14)
                .forEach(
                        entry ->
                                System.out.printf(
                                        Locale.ROOT,
                                        "  %-44s %5.0f × %8.2f µs = %8.3f ms%n",
                                        entry.getKey(),
                                        entry.getValue()[1] / rounds,
                                        entry.getValue()[0] / entry.getValue()[1] * 1e3,
                                        entry.getValue()[0] / rounds));
    }

    @Override
    public Probed probe() {
        return gpus.probe();
    }

    @Override
    public Gpu open(int ordinal) {
        return new Timed(gpus.open(ordinal));
    }

    @Override
    public void close() {}

    private final class Timed implements Gpu {
        private final Gpu gpu;
        private final Mark before;
        private final Mark after;

        Timed(Gpu gpu) {
            this.gpu = gpu;
            before = gpu.mark();
            after = gpu.mark();
        }

        private void time(String name, Runnable work) {
            before.set();
            work.run();
            after.set();
            after.await();
            var time = times.computeIfAbsent(name, _ -> new double[2]);
            time[0] += after.millisSince(before);
            time[1]++;
        }

        @Override
        public GpuFacts facts() {
            return gpu.facts();
        }

        @Override
        public void enter() {
            gpu.enter();
        }

        @Override
        public long freeBytes() {
            return gpu.freeBytes();
        }

        @Override
        public long allocate(long bytes) {
            return gpu.allocate(bytes);
        }

        @Override
        public void free(long address) {
            gpu.free(address);
        }

        @Override
        public long reserve(long bytes) {
            return gpu.reserve(bytes);
        }

        @Override
        public void back(long address, long bytes) {
            gpu.back(address, bytes);
        }

        @Override
        public MemorySegment pinned(long bytes) {
            return gpu.pinned(bytes);
        }

        @Override
        public void unpin(MemorySegment pinned) {
            gpu.unpin(pinned);
        }

        @Override
        public void upload(long to, MemorySegment from) {
            gpu.upload(to, from);
        }

        @Override
        public void download(MemorySegment to, long from, long bytes) {
            gpu.download(to, from, bytes);
        }

        @Override
        public void copy(long to, long from, long bytes) {
            gpu.copy(to, from, bytes);
        }

        @Override
        public void fill(long to, int value, long bytes) {
            gpu.fill(to, value, bytes);
        }

        @Override
        public void load(byte[] image) {
            gpu.load(image);
        }

        @Override
        public Kernel kernel(String name, int sharedPercent) {
            return gpu.kernel(name, sharedPercent);
        }

        @Override
        public void share(int percent) {
            gpu.share(percent);
        }

        @Override
        public void launch(Kernel kernel, Launch launch, Arguments arguments) {
            time(
                    "%s (%d, %d, %d)".formatted(kernel.name(), launch.x(), launch.y(), launch.z()),
                    () -> gpu.launch(kernel, launch, arguments));
        }

        @Override
        public long map(Tiles tiles) {
            return gpu.map(tiles);
        }

        @Override
        public boolean multiplies() {
            return gpu.multiplies();
        }

        @Override
        public void multiply(Gemm gemm) {
            time(
                    "library %d × %d × %d%s"
                            .formatted(
                                    gemm.rows(), gemm.n(), gemm.k(), gemm.single() ? " f32" : ""),
                    () -> gpu.multiply(gemm));
        }

        @Override
        public Graph capture(Runnable work) {
            return new Direct(work);
        }

        @Override
        public void launch(Graph graph) {
            ((Direct) graph).work().run();
        }

        @Override
        public Mark mark() {
            return gpu.mark();
        }

        @Override
        public void await() {
            gpu.await();
        }

        @Override
        public void close() {
            gpu.close();
        }
    }

    private record Direct(Runnable work) implements Gpu.Graph {
        @Override
        public void close() {}
    }
}
