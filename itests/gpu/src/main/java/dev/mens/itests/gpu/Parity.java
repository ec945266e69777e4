package dev.mens.itests.gpu;

import dev.mens.backend.cuda.gpu.GpuFacts;
import dev.mens.backend.cuda.gpu.Gpus;
import dev.mens.backend.cuda.program.CudaKernels;
import dev.mens.backend.cuda.program.Precision;
import dev.mens.compute.DrawingProgram;
import dev.mens.compute.DrawingProgram.Draw;
import dev.mens.compute.Network;
import dev.mens.compute.Program.Segment;
import dev.mens.compute.Program.Wanted;
import dev.mens.formats.safetensors.MappedWeightFiles;
import dev.mens.model.Weights;
import dev.mens.transformer.config.Config;
import dev.mens.transformer.family.Architectures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// Every golden in both precisions: logits of whole prompts, and greedy tokens decoded one by one
/// on the device.
final class Parity {
    private static final double EXACT_ERROR = 1e-4;

    /// What transformers itself is off in bf16 on each golden, on the same kind of device.
    private static final String THEIR_ERRORS = "bf16-errors.json";

    private final JsonNode theirErrors;
    private final Gpus gpus;
    private final List<GpuFacts> devices;

    Parity(Gpus gpus, List<GpuFacts> devices) {
        this.gpus = gpus;
        this.devices = devices;
        theirErrors = Golden.resource(THEIR_ERRORS);
    }

    /// @return whether every golden is met
    boolean run(Path folder) throws Exception {
        boolean good = true;
        System.out.printf("%-24s %-6s %10s %10s %s%n", "golden", "in", "logits", "bar", "greedy");
        for (var golden : Golden.below(folder)) {
            for (var precision : Precision.values()) {
                good &= check(golden, precision);
            }
        }
        System.out.println(good ? "parity: good" : "parity: NOT GOOD");
        return good;
    }

    /// Loads a golden and lets go of it.
    void load(Golden golden, Precision precision) throws Exception {
        try (var weights = new MappedWeightFiles().open(golden.folder())) {
            prepare(network(golden, weights), precision).close();
        }
    }

    private static Network network(Golden golden, Weights weights) throws IOException {
        var config = Config.read(golden.folder().resolve("config.json"));
        return Architectures.network(golden.name(), config, weights);
    }

    /// @return whether a golden is met
    boolean check(Golden golden, Precision precision) throws Exception {
        double worst = 0;
        int equal = 0;
        int wanted = 0;
        try (var weights = new MappedWeightFiles().open(golden.folder())) {
            var network = network(golden, weights);
            try (var program = prepare(network, precision)) {
                for (var one : golden.cases()) {
                    worst = Math.max(worst, error(program, network, one));
                    if (golden.greedyIsComparable(one)) {
                        var expected = Golden.ints(one.path("greedy"));
                        equal += common(expected, greedy(program, network, one));
                        wanted += expected.length;
                    }
                }
            }
        }
        boolean exact = precision == Precision.EXACT;
        double bar = exact ? EXACT_ERROR : theirErrors.path(golden.name()).asDouble(0);
        boolean good = worst <= bar && (!exact || equal == wanted);
        System.out.printf(
                Locale.ROOT,
                "%-24s %-6s %10.2e %10.2e %d of %d%s%n",
                golden.name(),
                exact ? "f32" : "bf16",
                worst,
                bar,
                equal,
                wanted,
                good ? "" : "  <<<");
        return good;
    }

    private DrawingProgram prepare(Network network, Precision precision) throws IOException {
        return (DrawingProgram) new CudaKernels(gpus, devices, precision).prepare(network);
    }

    /// Of the logits after the prompt, or of an encoder's first state.
    private static double error(DrawingProgram program, Network network, JsonNode one)
            throws InterruptedException {
        var ids = Golden.ints(one.path("ids"));
        if (network.head() == null) {
            var states = new float[ids.length * network.hidden()];
            program.run(List.of(new Segment(null, ids, Wanted.HIDDEN, states)));
            return Golden.relativeError(one.path("cls"), states, 0);
        }
        try (var cache = program.cache(ids.length)) {
            var logits = new float[ids.length * network.vocabulary()];
            program.run(List.of(new Segment(cache, ids, Wanted.ALL_LOGITS, logits)));
            return Golden.relativeError(
                    one.path("logits_last"), logits, (ids.length - 1) * network.vocabulary());
        }
    }

    private static int[] greedy(DrawingProgram program, Network network, JsonNode one)
            throws InterruptedException {
        var prompt = Golden.ints(one.path("ids"));
        int count = one.path("greedy").size();
        var tokens = new int[count];
        var next = prompt;
        var drawn = new int[1];
        try (var cache = program.cache(prompt.length + count)) {
            for (int i = 0; i < count; i++) {
                var segment = new Segment(cache, next, Wanted.LAST_LOGITS, new float[0]);
                program.run(List.of(segment), List.of(Draw.LIKELIEST), drawn);
                tokens[i] = drawn[0];
                next = new int[] {drawn[0]};
                if (drawn[0] < 0 || drawn[0] >= network.vocabulary()) {
                    return Arrays.copyOf(tokens, i + 1);
                }
            }
        }
        return tokens;
    }

    private static int common(int[] expected, int[] actual) {
        int mismatch = Arrays.mismatch(expected, actual);
        return mismatch < 0 ? expected.length : mismatch;
    }
}
