package dev.mens.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.diagnostics.ProblemException;
import dev.mens.inference.bench.BenchPlan;
import dev.mens.inference.bench.BenchReport;
import dev.mens.inference.bench.BenchReport.Kind;
import dev.mens.inference.bench.BenchReport.Measurement;
import dev.mens.inference.bench.Limits;
import dev.mens.inference.bench.Workloads.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class StreamBenchmarkTest {
    private static final Workload WORKLOAD = new Workload(100, 64, 1000, 500, 2000);
    private static final Limits LIMITS = new Limits(1e6, 1e7);

    private final FakeDispatcher dispatcher = new FakeDispatcher();
    private final FakeYardstick yardstick = new FakeYardstick(LIMITS);

    @Test
    void a_plan_is_measured_in_order_with_one_turn_to_warm_up() throws Exception {
        var watched = new ArrayList<String>();
        var report =
                benchmark()
                        .run(
                                FakeDispatcher.MODEL,
                                plan(16, 8, 4),
                                (what, done, all) -> watched.add(what));
        assertEquals(
                List.of(Kind.PREFILL, Kind.DECODE, Kind.STREAMS),
                report.measurements().stream().map(Measurement::kind).toList());
        // The first token, and three turns of each.
        assertEquals(1 + 3 + 3 + 3 * 4, dispatcher.prompts.size());
        assertEquals(1 + 1 + 3 + 3 + 3, watched.size());
        assertEquals("fake kernels", report.kernels());
    }

    @Test
    void rates_are_those_that_the_engine_reports() throws Exception {
        var report = run(plan(16, 8, 1));
        var prefill = report.measurements().getFirst();
        // The fake takes a second for each prompt, and half a second to decode.
        assertEquals(16, prefill.tokensPerSecond(), 1e-9);
        assertEquals(16 * 500, prefill.flopsPerSecond(), 1e-6);
        assertTrue(prefill.memoryShare().isEmpty());
        var decode = report.measurements().getLast();
        assertEquals(16, decode.tokensPerSecond(), 1e-9);
        assertEquals(16 * 1000 / 1e6, decode.memoryShare().orElseThrow(), 1e-9);
        assertEquals(16 * 2000 / 1e7, decode.computeShare().orElseThrow(), 1e-9);
    }

    @Test
    void an_idle_model_is_unloaded_first_so_that_loading_counts() throws Exception {
        assertTrue(run(plan(16, 0, 1)).firstToken().isPresent());
        assertEquals(1, dispatcher.unloaded);
        dispatcher.activeStreams = 1;
        assertTrue(run(plan(16, 0, 1)).firstToken().isEmpty());
        assertEquals(1, dispatcher.unloaded);
    }

    @Test
    void no_prompt_repeats_an_earlier_one() throws Exception {
        run(plan(16, 8, 4));
        var long16 = dispatcher.prompts.stream().filter(ids -> ids.size() == 16).distinct().count();
        assertEquals(3, long16);
    }

    @Test
    void a_plan_with_threads_runs_on_a_session_of_the_backends_yardstick() throws Exception {
        var report = run(new BenchPlan(16, 8, 1, 1, OptionalInt.of(1), Optional.of("own")));
        assertEquals("own on 1", report.kernels());
        assertEquals(List.of(), dispatcher.prompts);
        assertFalse(yardstick.open);
    }

    @Test
    void a_backend_without_a_yardstick_is_measured_as_it_is() throws Exception {
        var bare = new StreamBenchmark(dispatcher, model -> WORKLOAD, List.of());
        var report = bare.run(FakeDispatcher.MODEL, plan(16, 0, 1), (what, done, all) -> {});
        assertTrue(report.limits().isEmpty());
        assertTrue(report.measurements().getFirst().computeShare().isEmpty());
        var adjusted = new BenchPlan(16, 0, 1, 1, OptionalInt.of(1), Optional.empty());
        assertProblem(
                "vox/bench/not-adjustable",
                () -> bare.run(FakeDispatcher.MODEL, adjusted, (what, done, all) -> {}));
    }

    @Test
    void a_model_that_nobody_serves_is_refused_with_the_reasons() {
        dispatcher.serves = false;
        assertProblem("vox/inference/no-backend", () -> run(plan(16, 8, 1)));
    }

    @Test
    void plans_that_cannot_be_measured_are_refused() {
        assertProblem("vox/bench/too-long", () -> run(plan(64, 0, 1)));
        assertProblem("vox/bench/nothing-to-measure", () -> plan(0, 0, 1));
        assertProblem("vox/bench/bad-plan", () -> plan(-1, 8, 1));
    }

    private static BenchPlan plan(int prefill, int decode, int streams) {
        return new BenchPlan(prefill, decode, streams, 2, OptionalInt.empty(), Optional.empty());
    }

    private BenchReport run(BenchPlan plan) throws Exception {
        return benchmark().run(FakeDispatcher.MODEL, plan, (what, done, all) -> {});
    }

    private StreamBenchmark benchmark() {
        return new StreamBenchmark(dispatcher, model -> WORKLOAD, List.of(yardstick));
    }

    private static void assertProblem(String id, Executable executable) {
        assertEquals(id, assertThrows(ProblemException.class, executable).problem().id());
    }
}
