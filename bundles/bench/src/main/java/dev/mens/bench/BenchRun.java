package dev.mens.bench;

import dev.mens.inference.bench.BenchPlan;
import dev.mens.inference.bench.BenchReport;
import dev.mens.inference.bench.BenchReport.Kind;
import dev.mens.inference.bench.BenchReport.Measurement;
import dev.mens.inference.bench.Benchmark;
import dev.mens.inference.bench.Limits;
import dev.mens.inference.bench.Workloads;
import dev.mens.model.Model;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// The measurements of one plan, one after the other.
record BenchRun(
        Model model,
        BenchPlan plan,
        Workloads.Workload workload,
        Stopwatch stopwatch,
        Benchmark.Watcher watcher) {

    /// Measures the device, once the code that does so is warm.
    @FunctionalInterface
    interface Gauge {
        Optional<Limits> limits() throws InterruptedException;
    }

    /// @param unloaded whether the first token has to wait for the model
    BenchReport report(String backend, String kernels, boolean unloaded, Gauge gauge)
            throws IOException, InterruptedException {
        watcher.measuring("the first token", 0, 1);
        long began = System.nanoTime();
        stopwatch.prefill(1);
        var first = Duration.ofNanos(System.nanoTime() - began);
        var timed = new ArrayList<Timed>();
        if (plan.prefillTokens() > 0) {
            timed.add(prefill());
        }
        if (plan.decodeTokens() > 0) {
            timed.add(decode());
        }
        if (plan.decodeTokens() > 0 && plan.streams() > 1) {
            timed.add(streams());
        }
        watcher.measuring("the limits of " + backend, 0, 1);
        var limits = gauge.limits();
        return new BenchReport(
                model.name(),
                model.facts().quantization(),
                model.facts().weightBytes(),
                backend,
                kernels,
                plan.threads().orElse(0),
                unloaded ? Optional.of(first) : Optional.empty(),
                limits,
                timed.stream().map(one -> one.within(limits)).toList());
    }

    private Timed prefill() throws IOException, InterruptedException {
        int tokens = plan.prefillTokens();
        var rates = rates("prefill " + tokens, tokens, () -> stopwatch.prefill(tokens));
        return new Timed(Kind.PREFILL, tokens, 1, rates, 0, workload.flopsPerPromptToken());
    }

    private Timed decode() throws IOException, InterruptedException {
        int tokens = plan.decodeTokens();
        var rates = rates("decode " + tokens, tokens, () -> stopwatch.decode(tokens));
        long bytes = workload.bytesPerToken();
        return new Timed(Kind.DECODE, tokens, 1, rates, bytes, workload.flopsPerToken());
    }

    private Timed streams() throws IOException, InterruptedException {
        int tokens = plan.decodeTokens();
        int streams = plan.streams();
        var rates =
                rates(
                        streams + " streams",
                        streams * tokens,
                        () -> stopwatch.together(streams, tokens));
        return new Timed(Kind.STREAMS, tokens, streams, rates, 0, workload.flopsPerToken());
    }

    /// One turn to warm up, then the turns that count.
    private List<Double> rates(String what, int tokens, Turn turn)
            throws IOException, InterruptedException {
        var rates = new ArrayList<Double>();
        for (int done = 0; done <= plan.repetitions(); done++) {
            watcher.measuring(what, done, plan.repetitions() + 1);
            double seconds = turn.seconds();
            if (done > 0) {
                rates.add(tokens / seconds);
            }
        }
        return rates;
    }

    @FunctionalInterface
    private interface Turn {
        double seconds() throws IOException, InterruptedException;
    }

    /// A measurement before anything is known of limits.
    ///
    /// @param bytes of weights for each token; 0 where several tokens share them
    private record Timed(
            Kind kind, int tokens, int streams, List<Double> rates, long bytes, long flops) {

        Measurement within(Optional<Limits> limits) {
            double rate = median();
            return new Measurement(
                    kind,
                    tokens,
                    streams,
                    rate,
                    rates,
                    rate * bytes,
                    rate * flops,
                    share(rate * bytes, limits.map(Limits::bytesPerSecond)),
                    share(rate * flops, limits.map(Limits::flopsPerSecond)));
        }

        private static OptionalDouble share(double rate, Optional<Double> limit) {
            return rate == 0 || limit.isEmpty()
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(rate / limit.get());
        }

        private double median() {
            var sorted = rates.stream().sorted().toList();
            int middle = sorted.size() / 2;
            return sorted.size() % 2 == 1
                    ? sorted.get(middle)
                    : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        }
    }
}
