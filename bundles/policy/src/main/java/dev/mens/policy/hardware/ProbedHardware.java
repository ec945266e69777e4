package dev.mens.policy.hardware;

import dev.mens.compute.Hardware;
import dev.mens.compute.HardwareReport;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;

/// The hardware report of this node. The first probing runs beside the node's start; who asks
/// before it has ended waits for it, at most as long as one probe may take.
@Component(immediate = true)
@Designate(ocd = HardwareConfig.class)
public final class ProbedHardware implements Hardware {
    /// A CUDA driver that wakes several devices takes some seconds.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Pipeline pipeline;
    private final Duration timeToLive;
    private final OperatorOverride override;
    private final InstantSource clock;
    private final ReentrantLock probing = new ReentrantLock();
    private volatile @Nullable HardwareReport latest;

    @Activate
    public ProbedHardware(HardwareConfig config) {
        this(
                new Pipeline(Pipeline.ALL, new LocalMachine(), PATIENCE),
                Duration.ofSeconds(Math.max(1, config.timeToLiveSeconds())),
                OperatorOverride.of(config),
                InstantSource.system());
        Thread.ofVirtual()
                .name("mens-first-probe")
                .inheritInheritableThreadLocals(false)
                .start(this::report);
    }

    ProbedHardware(
            Pipeline pipeline,
            Duration timeToLive,
            OperatorOverride override,
            InstantSource clock) {
        this.pipeline = pipeline;
        this.timeToLive = timeToLive;
        this.override = override;
        this.clock = clock;
    }

    @Override
    public HardwareReport report() {
        var known = latest;
        if (known != null && isFresh(known)) {
            return known;
        }
        probing.lock();
        try {
            known = latest;
            if (known == null || !isFresh(known)) {
                known = probe();
                latest = known;
            }
            return known;
        } finally {
            probing.unlock();
        }
    }

    private boolean isFresh(HardwareReport report) {
        return clock.instant().isBefore(report.probedAt().plus(timeToLive));
    }

    private HardwareReport probe() {
        Instant now = clock.instant();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return override.on(pipeline.report(now));
                } catch (InterruptedException e) {
                    // The report is everybody's: it must not be spoilt by one caller's end.
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
