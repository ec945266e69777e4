package dev.mens.backend.cpu;

import dev.mens.backend.cpu.limits.MachineLimits;
import dev.mens.backend.cpu.vector.CacheChoice;
import dev.mens.backend.cpu.vector.FastKernels;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenStream;
import dev.mens.inference.Transformer;
import dev.mens.inference.bench.BenchPlan;
import dev.mens.inference.bench.Limits;
import dev.mens.inference.bench.Yardstick;
import dev.mens.model.Model;
import dev.mens.model.Quantization;
import java.io.IOException;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/// The limits of this processor, and engines with as many threads as a measurement wants.
@Component(configurationPid = CpuConfig.PID)
public final class CpuYardstick implements Yardstick {
    private final Transformer transformer;
    private final CacheChoice cache;

    @Activate
    public CpuYardstick(
            @Reference(name = "transformer") Transformer transformer, CpuConfig config) {
        this(transformer, KernelSets.cache(config.keysAndValues()));
    }

    CpuYardstick(Transformer transformer, CacheChoice cache) {
        this.transformer = transformer;
        this.cache = cache;
    }

    @Override
    public String backend() {
        return CpuBackend.ID;
    }

    @Override
    public Optional<Limits> limits(Quantization quantization, BenchPlan plan)
            throws InterruptedException {
        if (plan.kernels().isEmpty() && KernelSets.names().isEmpty()) {
            return Optional.empty();
        }
        try (var matrices = KernelSets.matrices(plan.kernels())) {
            return Optional.of(MachineLimits.measure(matrices, quantization, threads(plan)));
        }
    }

    @Override
    public Session open(Model model, BenchPlan plan) throws IOException {
        var kernels =
                new FastKernels(
                        KernelSets.matrices(plan.kernels()),
                        threads(plan),
                        cache,
                        Optional.empty());
        boolean opened = false;
        try {
            var session = new OwnSession(kernels, transformer.open(model, kernels, backend()));
            opened = true;
            return session;
        } finally {
            if (!opened) {
                kernels.close();
            }
        }
    }

    private static int threads(BenchPlan plan) {
        return plan.threads().orElseGet(() -> Runtime.getRuntime().availableProcessors());
    }

    private record OwnSession(FastKernels set, Transformer.Engine engine) implements Session {
        @Override
        public String kernels() {
            return set.name();
        }

        @Override
        public TokenStream predict(Prompt prompt, SamplingParams sampling) {
            return engine.predict(prompt, sampling);
        }

        @Override
        public void close() {
            engine.close();
            set.close();
        }
    }
}
