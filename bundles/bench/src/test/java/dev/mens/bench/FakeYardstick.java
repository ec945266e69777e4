package dev.mens.bench;

import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenStream;
import dev.mens.inference.bench.BenchPlan;
import dev.mens.inference.bench.Limits;
import dev.mens.inference.bench.Yardstick;
import dev.mens.model.Model;
import dev.mens.model.Quantization;
import java.util.Optional;

/// The yardstick of {@link FakeDispatcher}'s backend.
final class FakeYardstick implements Yardstick {
    private final Limits limits;
    boolean open;

    FakeYardstick(Limits limits) {
        this.limits = limits;
    }

    @Override
    public String backend() {
        return "fake";
    }

    @Override
    public Optional<Limits> limits(Quantization quantization, BenchPlan plan) {
        return Optional.of(limits);
    }

    @Override
    public Session open(Model model, BenchPlan plan) {
        open = true;
        return new Session() {
            @Override
            public String kernels() {
                return plan.kernels().orElseThrow() + " on " + plan.threads().orElseThrow();
            }

            @Override
            public TokenStream predict(Prompt prompt, SamplingParams sampling) {
                return new FakeStream(sampling.maxTokens().orElseThrow());
            }

            @Override
            public void close() {
                open = false;
            }
        };
    }
}
