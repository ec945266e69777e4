package dev.mens.itests.gpu;

import dev.mens.backend.cuda.gpu.Arguments;
import dev.mens.backend.cuda.gpu.Gpu;
import dev.mens.backend.cuda.gpu.GpuException;
import dev.mens.backend.cuda.gpu.GpuFacts;
import dev.mens.backend.cuda.gpu.Gpus;
import dev.mens.backend.cuda.program.CudaKernels;
import dev.mens.backend.cuda.program.Precision;
import dev.mens.compute.DType;
import dev.mens.compute.DeviceLostException;
import dev.mens.compute.DrawingProgram;
import dev.mens.compute.DrawingProgram.Draw;
import dev.mens.compute.Network;
import dev.mens.compute.Program.Cache;
import dev.mens.compute.Program.Segment;
import dev.mens.compute.Program.Wanted;
import dev.mens.diagnostics.ProblemException;
import dev.mens.formats.safetensors.MappedWeightFiles;
import dev.mens.transformer.config.Config;
import dev.mens.transformer.family.Architectures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What happens when a device goes wrong: a real fault of a kernel in the middle of a stream,
/// sequences that want more memory than there is, and loading again and again.
final class Faults {
    private static final int STREAM = 60;
    private static final int FAULT_AT = 25;

    private final Gpus gpus;
    private final List<GpuFacts> devices;

    Faults(Gpus gpus, List<GpuFacts> devices) {
        this.gpus = gpus;
        this.devices = devices;
    }

    /// @param model a small model
    /// @param loads how often it is loaded and unloaded
    boolean run(Path model, int loads) throws Exception {
        boolean good = fullMemoryEndsOneSequence();
        try (var weights = new MappedWeightFiles().open(model)) {
            var network =
                    Architectures.network(
                            "model", Config.read(model.resolve("config.json")), weights);
            good &= nothingLeaks(network, loads);
            good &= survivesALostContext(network);
        }
        return good;
    }

    /// The stream with a fault in it must be the stream without, or its program is lost and no
    /// device is found any more, where the driver gives this process no new context.
    private boolean survivesALostContext(Network network) throws Exception {
        var broken = new BreakableGpus(gpus);
        var expected = stream(new CudaKernels(gpus, devices, Precision.FAST), network, () -> {});
        long began = System.nanoTime();
        List<Integer> actual;
        try {
            actual =
                    stream(
                            new CudaKernels(broken, devices, Precision.FAST),
                            network,
                            broken::breakNow);
        } catch (DeviceLostException lost) {
            System.out.printf(
                    "illegal address at token %d: lost, %s%n", FAULT_AT, lost.getMessage());
            return gpus.probe() instanceof Gpus.Probed.Nothing;
        }
        boolean good = actual.equals(expected) && broken.opened() == 2;
        System.out.printf(
                Locale.ROOT,
                "illegal address at token %d: %s, %d contexts, %.0f ms in all%n",
                FAULT_AT,
                good ? "the stream went on unchanged" : "NOT GOOD " + expected + actual,
                broken.opened(),
                (System.nanoTime() - began) / 1e6);
        return good;
    }

    private static List<Integer> stream(CudaKernels kernels, Network network, Runnable fault)
            throws Exception {
        var said = new ArrayList<Integer>();
        try (var program = (DrawingProgram) kernels.prepare(network);
                var cache = program.cache(STREAM + 8)) {
            var next = new int[] {1, 5, 9, 13};
            var drawn = new int[1];
            for (int i = 0; i < STREAM; i++) {
                if (i == FAULT_AT) {
                    fault.run();
                }
                program.run(
                        List.of(new Segment(cache, next, Wanted.LAST_LOGITS, new float[0])),
                        List.of(Draw.LIKELIEST),
                        drawn);
                said.add(drawn[0]);
                next = new int[] {drawn[0]};
            }
        }
        return said;
    }

    private boolean nothingLeaks(Network network, int loads) throws Exception {
        long before = free();
        long began = System.nanoTime();
        var kernels = new CudaKernels(gpus, devices, Precision.FAST);
        for (int i = 0; i < loads; i++) {
            try (var program = kernels.prepare(network);
                    var cache = program.cache(8)) {
                program.run(
                        List.of(new Segment(cache, new int[] {1}, Wanted.NOTHING, new float[0])));
            }
        }
        long lost = before - free();
        System.out.printf(
                Locale.ROOT,
                "%d loads and unloads: %d bytes of the device lost, %.1f ms each, resident %d MB%n",
                loads,
                lost,
                (System.nanoTime() - began) / 1e6 / loads,
                resident());
        return lost <= 0;
    }

    private long free() {
        try (var gpu = gpus.open(devices.getFirst().ordinal())) {
            return gpu.freeBytes();
        }
    }

    private static long resident() throws Exception {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith("VmRSS"))
                        .map(line -> line.replaceAll("\\D", ""))
                        .mapToLong(Long::parseLong)
                        .findFirst()
                        .orElse(0)
                / 1024;
    }

    /// Takes the memory away from beside, so that the next sequence finds none.
    private boolean fullMemoryEndsOneSequence() throws Exception {
        var sizes = RandomLlama.Sizes.of("1B");
        boolean refused = false;
        boolean goesOn;
        try (var weights = new RandomLlama(sizes, DType.BF16);
                var program =
                        (DrawingProgram)
                                new CudaKernels(gpus, devices.subList(0, 1), Precision.FAST)
                                        .prepare(weights.network(sizes));
                var running = program.cache(512);
                var thief = gpus.open(devices.getFirst().ordinal())) {
            step(program, running);
            thief.enter();
            takeAll(thief);
            var caches = new ArrayList<Cache>();
            try {
                for (int i = 0; i < 500; i++) {
                    caches.add(program.cache(4096));
                }
            } catch (ProblemException full) {
                refused = true;
                System.out.println("memory taken from beside: " + full.getMessage());
            }
            step(program, running);
            goesOn = running.length() == 2;
            caches.forEach(Cache::close);
        }
        System.out.println(
                refused && goesOn ? "the running sequence went on" : "NOT GOOD: full memory");
        return refused && goesOn;
    }

    private static void takeAll(Gpu thief) {
        for (long bytes = 1L << 35; bytes >= 1 << 21; ) {
            try {
                thief.allocate(bytes);
            } catch (GpuException full) {
                bytes /= 2;
            }
        }
    }

    private static void step(DrawingProgram program, Cache cache) throws InterruptedException {
        program.run(
                List.of(new Segment(cache, new int[] {7}, Wanted.LAST_LOGITS, new float[0])),
                List.of(Draw.LIKELIEST),
                new int[1]);
    }

    /// Devices whose newest context can be broken by a kernel that writes where it must not.
    private static final class BreakableGpus implements Gpus {
        private final Gpus gpus;
        private final List<Gpu> open = new ArrayList<>();

        BreakableGpus(Gpus gpus) {
            this.gpus = gpus;
        }

        int opened() {
            return open.size();
        }

        void breakNow() {
            var gpu = open.getLast();
            gpu.launch(
                    gpu.kernel("embed_bf16", 65),
                    Gpu.Launch.of(1, 256),
                    new Arguments().addresses(8, 8, 0).real(1).addresses(0, 0, 8).integers(1, 64));
        }

        @Override
        public Probed probe() {
            return gpus.probe();
        }

        @Override
        public Gpu open(int ordinal) {
            var gpu = gpus.open(ordinal);
            open.add(gpu);
            return gpu;
        }

        @Override
        public void close() {}
    }
}
