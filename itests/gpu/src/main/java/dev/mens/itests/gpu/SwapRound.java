package dev.mens.itests.gpu;

import dev.mens.backend.cuda.gpu.Gpus.Probed;
import dev.mens.backend.cuda.jcuda.JcudaGpus;
import dev.mens.backend.cuda.program.CudaKernels;
import dev.mens.backend.cuda.program.Precision;
import dev.mens.compute.DrawingProgram;
import dev.mens.compute.DrawingProgram.Draw;
import dev.mens.compute.Program.Segment;
import dev.mens.compute.Program.Wanted;
import dev.mens.formats.safetensors.MappedWeightFiles;
import dev.mens.transformer.config.Config;
import dev.mens.transformer.family.Architectures;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/// One life of the backend: it finds the device, loads a model and says a few tokens.
public final class SwapRound implements Callable<int[]> {
    private static final int TOKENS = 20;

    private final Path model;

    public SwapRound(Path model) {
        this.model = model;
    }

    @Override
    public int[] call() throws Exception {
        try (var gpus = new JcudaGpus();
                var weights = new MappedWeightFiles().open(model)) {
            return switch (gpus.probe()) {
                case Probed.Nothing(var diagnostic) -> throw new AssertionError(diagnostic);
                case Probed.Found found -> {
                    var kernels = new CudaKernels(gpus, found.devices(), Precision.FAST);
                    var network =
                            Architectures.network(
                                    "model", Config.read(model.resolve("config.json")), weights);
                    try (var program = (DrawingProgram) kernels.prepare(network)) {
                        yield tokens(program);
                    }
                }
            };
        }
    }

    private static int[] tokens(DrawingProgram program) throws InterruptedException {
        var said = new int[TOKENS];
        var next = new int[] {1, 5, 9};
        var drawn = new int[1];
        try (var cache = program.cache(TOKENS + 8)) {
            for (int i = 0; i < TOKENS; i++) {
                program.run(
                        List.of(new Segment(cache, next, Wanted.LAST_LOGITS, new float[0])),
                        List.of(Draw.LIKELIEST),
                        drawn);
                said[i] = drawn[0];
                next = new int[] {drawn[0]};
            }
        }
        return said;
    }
}
