package dev.mens.itests.gpu;

import dev.mens.backend.cuda.gpu.Gpu;
import dev.mens.backend.cuda.gpu.GpuFacts;
import dev.mens.backend.cuda.gpu.Gpus;
import dev.mens.backend.cuda.program.CudaKernels;
import dev.mens.backend.cuda.program.Precision;
import dev.mens.formats.safetensors.MappedWeightFiles;
import dev.mens.transformer.config.Config;
import dev.mens.transformer.family.Architectures;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// How fast a model in a folder comes to the device, beside a plain copy from pinned memory.
final class Loading {
    private static final int TIMES = 5;

    private final Gpus gpus;
    private final GpuFacts device;

    Loading(Gpus gpus, GpuFacts device) {
        this.gpus = gpus;
        this.device = device;
    }

    boolean run(Path model) throws Exception {
        double pinned = new Limits(gpus, device).pinnedGigabytesPerSecond();
        for (int i = 0; i < TIMES; i++) {
            long began = System.nanoTime();
            var opened = new OpenedGpus();
            try (var weights = new MappedWeightFiles().open(model)) {
                var network =
                        Architectures.network(
                                "model", Config.read(model.resolve("config.json")), weights);
                var kernels = new CudaKernels(opened, List.of(device), Precision.FAST);
                try (var program = kernels.prepare(network)) {
                    double seconds = (System.nanoTime() - began - opened.nanos) / 1e9;
                    double rate = program.weightBytes() / seconds / 1e9;
                    System.out.printf(
                            Locale.ROOT,
                            "%.2f GB in %.3f s and %.3f s for the context: %.1f GB/s = %.0f %% of"
                                    + " pinned memory's %.1f%n",
                            program.weightBytes() / 1e9,
                            seconds,
                            opened.nanos / 1e9,
                            rate,
                            rate / pinned * 100,
                            pinned);
                }
            }
        }
        return true;
    }

    /// Devices that know how long opening them took.
    private final class OpenedGpus implements Gpus {
        private long nanos;

        @Override
        public Probed probe() {
            return gpus.probe();
        }

        @Override
        public Gpu open(int ordinal) {
            long from = System.nanoTime();
            try {
                return gpus.open(ordinal);
            } finally {
                nanos += System.nanoTime() - from;
            }
        }

        @Override
        public void close() {}
    }
}
