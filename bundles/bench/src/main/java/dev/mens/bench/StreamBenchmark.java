package dev.mens.bench;

import dev.mens.inference.Dispatcher;
import dev.mens.inference.InferenceProblem;
import dev.mens.inference.Verdict;
import dev.mens.inference.bench.BenchPlan;
import dev.mens.inference.bench.BenchProblem;
import dev.mens.inference.bench.BenchReport;
import dev.mens.inference.bench.Benchmark;
import dev.mens.inference.bench.Limits;
import dev.mens.inference.bench.Workloads;
import dev.mens.inference.bench.Yardstick;
import dev.mens.model.Model;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/// Measures the streams that users get: through the dispatcher, or, where a plan wants other
/// threads or kernels, through the backend's yardstick.
@Component
public final class StreamBenchmark implements Benchmark {
    private final Dispatcher dispatcher;
    private final Workloads workloads;

    @Reference(policyOption = ReferencePolicyOption.GREEDY)
    private volatile List<Yardstick> yardsticks = List.of();

    @Activate
    public StreamBenchmark(@Reference Dispatcher dispatcher, @Reference Workloads workloads) {
        this.dispatcher = dispatcher;
        this.workloads = workloads;
    }

    StreamBenchmark(Dispatcher dispatcher, Workloads workloads, List<Yardstick> yardsticks) {
        this(dispatcher, workloads);
        this.yardsticks = yardsticks;
    }

    @Override
    public BenchReport run(Model model, BenchPlan plan, Watcher watcher)
            throws IOException, InterruptedException {
        var workload = workloads.of(model);
        int longest = Math.max(plan.prefillTokens() + 1, plan.decodeTokens() + 2);
        if (longest > workload.contextTokens()) {
            throw BenchProblem.TOO_LONG.with(longest, model.name(), workload.contextTokens());
        }
        var backend = backend(model);
        var yardstick =
                yardsticks.stream().filter(one -> one.backend().equals(backend.id())).findFirst();
        boolean unused = backend.activeStreams() == 0;
        if (unused) {
            dispatcher.unload(model);
        }
        if (!plan.adjusts()) {
            var stopwatch =
                    new Stopwatch(
                            (prompt, sampling) -> dispatcher.submit(model, prompt, sampling),
                            workload.vocabulary());
            return new BenchRun(model, plan, workload, stopwatch, watcher)
                    .report(
                            backend.id(),
                            backend.capabilities().detail(),
                            unused,
                            () -> limits(yardstick, model, plan));
        }
        var own = yardstick.orElseThrow(() -> BenchProblem.NOT_ADJUSTABLE.with(backend.id()));
        try (var session = own.open(model, plan)) {
            var stopwatch = new Stopwatch(session::predict, workload.vocabulary());
            return new BenchRun(model, plan, workload, stopwatch, watcher)
                    .report(
                            backend.id(),
                            session.kernels(),
                            false,
                            () -> limits(yardstick, model, plan));
        }
    }

    private Dispatcher.BackendStatus backend(Model model) {
        var route = dispatcher.route(model);
        var backends = dispatcher.backends();
        for (var candidate : route) {
            for (var status : backends) {
                if (candidate.verdict() instanceof Verdict.Yes
                        && candidate.backend().equals(status.id())) {
                    return status;
                }
            }
        }
        var reasons =
                route.stream()
                        .map(candidate -> candidate.backend() + ": " + candidate.verdict().reason())
                        .toList();
        throw reasons.isEmpty()
                ? InferenceProblem.BACKEND_MISSING.with(model.name())
                : InferenceProblem.NO_BACKEND.with(model.name(), String.join("; ", reasons));
    }

    private static Optional<Limits> limits(
            Optional<Yardstick> yardstick, Model model, BenchPlan plan)
            throws InterruptedException {
        return yardstick.isEmpty()
                ? Optional.empty()
                : yardstick.get().limits(model.facts().quantization(), plan);
    }
}
