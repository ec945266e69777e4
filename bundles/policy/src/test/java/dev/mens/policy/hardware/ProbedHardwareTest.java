package dev.mens.policy.hardware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.compute.HardwareReport;
import dev.mens.compute.HardwareReport.Accelerator;
import dev.mens.compute.HardwareReport.Outcome;
import dev.mens.policy.hardware.Machine.CudaDevice;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ProbedHardwareTest {
    private static final long GIB = 1L << 30;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final CudaDevice RTX = new CudaDevice("RTX 4090", 24 * GIB, 8, 9, "13.0");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

    private ProbedHardware hardware(OperatorOverride override, Machine machine, Probe... probes) {
        var pipeline =
                new Pipeline(
                        probes.length == 0 ? Pipeline.ALL : List.of(probes), machine, PATIENCE);
        return new ProbedHardware(pipeline, Duration.ofMinutes(5), override, now::get);
    }

    private static Outcome outcome(HardwareReport report, String probe) {
        return report.attempts().stream()
                .filter(attempt -> attempt.probe().equals(probe))
                .findFirst()
                .orElseThrow()
                .outcome();
    }

    /// The mock: a probe that finds what the test says.
    private static Probe finding(String name, Probe.Finding finding) {
        return new NamedProbe(name, () -> finding);
    }

    private interface Body {
        Probe.Finding run() throws IOException, InterruptedException;
    }

    private record NamedProbe(String name, Body body) implements Probe {
        @Override
        public Finding on(Machine machine) throws IOException, InterruptedException {
            return body.run();
        }
    }

    @Test
    void a_machine_that_no_probe_knows_has_what_the_jvm_counts_and_no_tiers() {
        var report = hardware(OperatorOverride.none(), FakeMachine.other()).report();
        assertEquals(3, report.processor().cores());
        assertEquals(5 * GIB, report.processor().memoryBytes());
        assertEquals(0, report.cudaTier());
        assertEquals(0, report.metalTier());
        assertEquals(Pipeline.ALL.size(), report.attempts().size());
    }

    @Test
    void a_working_driver_gives_the_cuda_tier_and_counts_its_cards_once() {
        var machine =
                FakeMachine.linux()
                        .withCuda(RTX)
                        .with("/proc/driver/nvidia/gpus/0/information", "Model: RTX 4090\n");
        var report = hardware(OperatorOverride.none(), machine).report();
        assertEquals(80, report.cudaTier());
        assertEquals(24 * GIB, report.acceleratorBytes());
        assertEquals(1, report.accelerators().size());
        assertEquals(Outcome.FOUND, outcome(report, "nvidia-module"));
    }

    @Test
    void a_failing_driver_is_recorded_and_gives_tier_0() {
        var machine =
                FakeMachine.linux()
                        .withFaultyCuda(new IOException("cuInit answered with error 999"))
                        .with("/proc/driver/nvidia/gpus/0/information", "Model: RTX 4090\n");
        var report = hardware(OperatorOverride.none(), machine).report();
        assertEquals(0, report.cudaTier());
        assertEquals(Outcome.FAILED, outcome(report, "cuda-driver"));
        assertEquals("RTX 4090", report.accelerators().getFirst().name());
        assertTrue(
                report.attempts().stream()
                        .anyMatch(one -> one.detail().equals("cuInit answered with error 999")));
    }

    @Test
    void every_outcome_is_recorded() {
        var report =
                hardware(
                                OperatorOverride.none(),
                                FakeMachine.linux(),
                                finding("absent", new Probe.NoDevice("none")),
                                finding("foreign", new Probe.NotApplicable("elsewhere")),
                                new NamedProbe(
                                        "broken",
                                        () -> {
                                            throw new IllegalStateException("bug");
                                        }))
                        .report();
        assertEquals(
                List.of(Outcome.NO_DEVICE, Outcome.NOT_APPLICABLE, Outcome.FAILED),
                report.attempts().stream().map(attempt -> attempt.outcome()).toList());
        assertTrue(report.attempts().stream().noneMatch(one -> one.took().isNegative()));
    }

    @Test
    void a_probe_that_hangs_is_given_up_and_not_started_again_while_it_hangs() throws Exception {
        var starts = new AtomicInteger();
        var mayEnd = new CountDownLatch(1);
        var hanging =
                new NamedProbe(
                        "hanging",
                        () -> {
                            starts.incrementAndGet();
                            // A native call, which an interrupt does not end.
                            while (mayEnd.getCount() > 0) {
                                Thread.onSpinWait();
                            }
                            return new Probe.NoDevice("late");
                        });
        var pipeline = new Pipeline(List.of(hanging), FakeMachine.linux(), Duration.ofMillis(30));
        assertEquals(Outcome.FAILED, outcome(pipeline.report(now.get()), "hanging"));
        assertEquals(Outcome.FAILED, outcome(pipeline.report(now.get()), "hanging"));
        assertEquals(1, starts.get());
        mayEnd.countDown();
    }

    @Test
    void a_report_holds_for_its_time_to_live() {
        var hardware = hardware(OperatorOverride.none(), FakeMachine.other());
        var first = hardware.report();
        now.set(Instant.EPOCH.plusSeconds(299));
        assertSame(first, hardware.report());
        now.set(Instant.EPOCH.plusSeconds(300));
        assertNotSame(first, hardware.report());
    }

    @Test
    void an_interrupted_caller_still_gets_the_report() {
        var hardware = hardware(OperatorOverride.none(), FakeMachine.other());
        Thread.currentThread().interrupt();
        var report = hardware.report();
        assertTrue(Thread.interrupted());
        assertEquals(3, report.processor().cores());
    }

    @Test
    void the_operator_overrides_model_memory_and_tier_on_record() {
        var override =
                new OperatorOverride(
                        Optional.of("RTX 4090 D"),
                        OptionalLong.of(12 * GIB),
                        OptionalInt.of(70),
                        OptionalInt.empty());
        var report = hardware(override, FakeMachine.linux().withCuda(RTX)).report();
        assertEquals(
                List.of(new Accelerator("cuda", "RTX 4090 D", 12 * GIB, "13.0", 70)),
                report.accelerators());
        assertEquals(70, report.cudaTier());
        assertEquals(Outcome.OVERRIDDEN, outcome(report, "operator"));
        assertEquals(
                "model RTX 4090 D, 12288 MiB, CUDA tier 70 for 80",
                report.attempts().getLast().detail());
    }

    @Test
    void the_operator_can_switch_an_accelerator_off() {
        var off =
                new OperatorOverride(
                        Optional.empty(),
                        OptionalLong.empty(),
                        OptionalInt.of(0),
                        OptionalInt.empty());
        var report = hardware(off, FakeMachine.linux().withCuda(RTX)).report();
        assertEquals(0, report.cudaTier());
        assertEquals(0, report.accelerators().getFirst().tier());
    }

    @Test
    void the_operator_can_state_a_device_that_no_probe_finds() {
        var stated =
                new OperatorOverride(
                        Optional.of("Apple M3"),
                        OptionalLong.of(16 * GIB),
                        OptionalInt.empty(),
                        OptionalInt.of(60));
        var report = hardware(stated, FakeMachine.other()).report();
        assertEquals(60, report.metalTier());
        assertEquals(16 * GIB, report.acceleratorBytes());
    }

    @Test
    void this_machine_can_be_probed() {
        var report = hardware(OperatorOverride.none(), new LocalMachine()).report();
        assertTrue(report.processor().cores() >= 1);
        assertTrue(report.processor().memoryBytes() > 0);
        assertTrue(
                report.attempts().stream().noneMatch(one -> one.detail().contains("Exception")),
                () -> report.attempts().toString());
    }

    @Test
    void a_command_that_is_missing_or_fails_is_an_io_exception() {
        var machine = new LocalMachine();
        for (var command : List.of("/nonexistent/tool", "/bin/false")) {
            try {
                machine.run(command);
                throw new AssertionError(command + " ran");
            } catch (IOException e) {
                assertTrue(e.getMessage().contains(command), e.getMessage());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
