package dev.mens.policy.hardware;

import dev.mens.compute.HardwareReport;
import dev.mens.compute.HardwareReport.Accelerator;
import dev.mens.compute.HardwareReport.Attempt;
import dev.mens.compute.HardwareReport.Outcome;
import dev.mens.compute.HardwareReport.Processor;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/// Runs all probes side by side, each within its time, and makes one report of what they found.
///
/// Each has a platform thread: a driver that hangs in native code would keep a virtual thread's
/// carrier. Such a probe counts as failed, and is not started again while it hangs.
final class Pipeline {
    /// Best first; the first that finds a processor, or a kind of accelerator, counts.
    static final List<Probe> ALL =
            List.of(
                    new LinuxProcessorProbe(),
                    new MacProcessorProbe(),
                    new JvmProcessorProbe(),
                    new CudaProbe(),
                    new NvidiaModuleProbe(),
                    new AmdProbe(),
                    new MetalProbe());

    private final List<Probe> probes;
    private final Machine machine;
    private final Duration patience;
    private final Map<Probe, Started> hanging = new ConcurrentHashMap<>();

    /// @param patience how long one probe may take
    Pipeline(List<Probe> probes, Machine machine, Duration patience) {
        this.probes = List.copyOf(probes);
        this.machine = machine;
        this.patience = patience;
    }

    /// A running probe.
    private record Started(
            Probe probe,
            FutureTask<Probe.Finding> task,
            Thread thread,
            long startNanos,
            AtomicLong tookNanos) {}

    /// An attempt, and what it found unless it failed.
    private record Tried(Attempt attempt, List<Probe.Finding> finding) {}

    HardwareReport report(Instant now) throws InterruptedException {
        var started = probes.stream().map(this::start).toList();
        var tried = new ArrayList<Tried>();
        for (var probe : started) {
            tried.add(await(probe));
        }
        var findings = tried.stream().flatMap(one -> one.finding().stream()).toList();
        var accelerators = accelerators(findings);
        return new HardwareReport(
                now,
                processor(findings),
                accelerators,
                bestTier(accelerators, "cuda"),
                bestTier(accelerators, "metal"),
                tried.stream().map(Tried::attempt).toList());
    }

    private Started start(Probe probe) {
        long now = System.nanoTime();
        var before = hanging.get(probe);
        if (before != null && before.thread().isAlive()) {
            return before;
        }
        hanging.remove(probe);
        var took = new AtomicLong();
        var task =
                new FutureTask<>(
                        () -> {
                            try {
                                return probe.on(machine);
                            } finally {
                                took.set(System.nanoTime() - now);
                            }
                        });
        var thread =
                Thread.ofPlatform()
                        .name("mens-probe-" + probe.name())
                        .daemon()
                        .inheritInheritableThreadLocals(false)
                        .start(task);
        return new Started(probe, task, thread, now, took);
    }

    private Tried await(Started started) throws InterruptedException {
        long left = started.startNanos() + patience.toNanos() - System.nanoTime();
        try {
            var finding = started.task().get(Math.max(0, left), TimeUnit.NANOSECONDS);
            return new Tried(
                    attempt(started, outcome(finding), finding.detail()), List.of(finding));
        } catch (TimeoutException e) {
            hanging.put(started.probe(), started);
            started.thread().interrupt();
            return failed(started, "no answer within " + patience.toMillis() + " ms");
        } catch (ExecutionException e) {
            return failed(started, reason(e.getCause()));
        }
    }

    private static String reason(Throwable cause) {
        return cause instanceof IOException ? cause.getMessage() : cause.toString();
    }

    private static Tried failed(Started started, String detail) {
        return new Tried(attempt(started, Outcome.FAILED, detail), List.of());
    }

    private static Attempt attempt(Started started, Outcome outcome, String detail) {
        long ended = started.tookNanos().get();
        long nanos = ended > 0 ? ended : System.nanoTime() - started.startNanos();
        return new Attempt(started.probe().name(), outcome, detail, Duration.ofNanos(nanos));
    }

    private static Outcome outcome(Probe.Finding finding) {
        return switch (finding) {
            case Probe.NotApplicable _ -> Outcome.NOT_APPLICABLE;
            case Probe.NoDevice _ -> Outcome.NO_DEVICE;
            case Probe.FoundProcessor _, Probe.FoundAccelerators _ -> Outcome.FOUND;
        };
    }

    private Processor processor(List<Probe.Finding> findings) {
        return findings.stream()
                .filter(Probe.FoundProcessor.class::isInstance)
                .map(Probe.FoundProcessor.class::cast)
                .findFirst()
                .map(Probe.FoundProcessor::processor)
                .orElseGet(() -> new Processor("unknown", machine.architecture(), 1, 0, List.of()));
    }

    private static List<Accelerator> accelerators(List<Probe.Finding> findings) {
        var all = new ArrayList<Accelerator>();
        for (var finding : findings) {
            if (finding instanceof Probe.FoundAccelerators found) {
                var kinds = all.stream().map(Accelerator::kind).distinct().toList();
                found.accelerators().stream()
                        .filter(device -> !kinds.contains(device.kind()))
                        .forEach(all::add);
            }
        }
        return all;
    }

    private static int bestTier(List<Accelerator> accelerators, String kind) {
        return accelerators.stream()
                .filter(device -> device.kind().equals(kind))
                .mapToInt(Accelerator::tier)
                .max()
                .orElse(0);
    }
}
