package dev.mens.dispatch;

import static dev.mens.dispatch.Fixtures.GIB;
import static dev.mens.dispatch.Fixtures.SEVEN_B;
import static dev.mens.dispatch.Fixtures.SMALL;
import static dev.mens.dispatch.Fixtures.capabilities;
import static dev.mens.dispatch.Fixtures.cuda;
import static dev.mens.dispatch.Fixtures.dispatcher;
import static dev.mens.dispatch.Fixtures.machine;
import static dev.mens.dispatch.Fixtures.metal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.compute.HardwareReport;
import dev.mens.diagnostics.ProblemException;
import dev.mens.inference.Dispatcher.Candidate;
import dev.mens.inference.InferenceProblem;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.Verdict;
import dev.mens.model.Model;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RoutingTest {
    private static final FakeBackend CPU = new FakeBackend("cpu", capabilities(0, 0, 32 * GIB));

    /// All three backends are installed; the probe decides.
    private static RoutingDispatcher threeBackendsOn(HardwareReport machine) {
        var dispatcher =
                dispatcher(
                        CPU,
                        new FakeBackend("metal", capabilities(0, 60, 24 * GIB)),
                        new FakeBackend("cuda", capabilities(80, 0, 24 * GIB)));
        dispatcher.setHardware(() -> machine);
        return dispatcher;
    }

    private static String chosen(RoutingDispatcher dispatcher, Model model) throws Exception {
        var routed = dispatcher.route(model).getFirst().backend();
        try (var stream = dispatcher.submit(model, Prompt.of("x"), SamplingParams.greedy(1))) {
            stream.next();
            var ran =
                    dispatcher.backends().stream()
                            .filter(backend -> backend.activeStreams() == 1)
                            .toList();
            assertEquals(List.of(routed), ran.stream().map(backend -> backend.id()).toList());
        }
        return routed;
    }

    @Test
    void a_seven_billion_q4_bundle_goes_to_cuda_of_tier_80_with_24_gigabytes() throws Exception {
        assertEquals("cuda", chosen(threeBackendsOn(machine(cuda(80, 24 * GIB))), SEVEN_B));
    }

    @Test
    void backends_are_listed_by_name_whichever_came_first() {
        var names =
                threeBackendsOn(machine()).backends().stream()
                        .map(backend -> backend.id())
                        .toList();
        assertEquals(List.of("cpu", "cuda", "metal"), names);
    }

    @Test
    void a_machine_with_metal_only_uses_metal() throws Exception {
        assertEquals("metal", chosen(threeBackendsOn(machine(metal(60, 16 * GIB))), SEVEN_B));
    }

    @Test
    void a_machine_with_neither_uses_the_processor() throws Exception {
        assertEquals("cpu", chosen(threeBackendsOn(machine()), SEVEN_B));
    }

    @Test
    void cuda_goes_before_metal() throws Exception {
        var both = machine(cuda(20, 24 * GIB), metal(90, 24 * GIB));
        assertEquals("cuda", chosen(threeBackendsOn(both), SEVEN_B));
    }

    @Test
    void a_model_that_does_not_fit_on_the_device_goes_to_the_processor() throws Exception {
        var dispatcher = threeBackendsOn(machine(cuda(80, 3 * GIB)));
        assertEquals("cpu", chosen(dispatcher, SEVEN_B));
        assertTrue(
                dispatcher.route(SEVEN_B).stream()
                        .anyMatch(
                                candidate ->
                                        candidate.backend().equals("cuda")
                                                && candidate
                                                        .verdict()
                                                        .reason()
                                                        .equals("needs 4.0 GiB, has 3.0 GiB")));
    }

    @Test
    void without_a_probe_report_this_machines_devices_do_not_exist() throws Exception {
        var dispatcher = dispatcher(CPU, new FakeBackend("cuda", capabilities(80, 0, 24 * GIB)));
        assertEquals("cpu", chosen(dispatcher, SMALL));
    }

    @Test
    void a_peer_vouches_for_its_own_device() throws Exception {
        var dispatcher = dispatcher(CPU, new FakeBackend("peer-7", capabilities(80, 0, 24 * GIB)));
        assertEquals("peer-7", chosen(dispatcher, SMALL));
    }

    @Test
    void of_two_equal_backends_the_one_that_has_the_model_is_chosen() throws Exception {
        var dispatcher = dispatcher(new FakeBackend("b"));
        assertEquals("b", chosen(dispatcher, SMALL));
        dispatcher.addBackend(new FakeBackend("a"));
        assertEquals("b", chosen(dispatcher, SMALL));
    }

    @Test
    void of_two_equal_backends_the_one_with_fewer_streams_is_chosen() throws Exception {
        var dispatcher = dispatcher(new FakeBackend("a"), new FakeBackend("b"));
        try (var first = dispatcher.submit(SMALL, Prompt.of("x"), SamplingParams.greedy(2))) {
            first.next();
            assertEquals("b", dispatcher.route(SEVEN_B).getFirst().backend());
        }
        assertEquals("a", dispatcher.route(SEVEN_B).getFirst().backend());
    }

    @Test
    void a_refusal_tells_the_reason_of_every_backend() {
        var dispatcher =
                dispatcher(
                        new FakeBackend("cpu").refusing("unknown family"),
                        new FakeBackend("cuda", capabilities(80, 0, 24 * GIB)));
        var refusal =
                assertThrows(
                        ProblemException.class,
                        () -> dispatcher.submit(SMALL, Prompt.of("x"), SamplingParams.greedy(1)));
        assertEquals(InferenceProblem.NO_BACKEND, refusal.problem());
        assertEquals(
                "no backend can serve small: cpu: unknown family;"
                        + " cuda: the probe found no working cuda device",
                refusal.facts());
    }

    @Test
    void a_node_without_any_backend_says_so() {
        var dispatcher = dispatcher(1, Duration.ZERO);
        var refusal =
                assertThrows(
                        ProblemException.class,
                        () -> dispatcher.submit(SMALL, Prompt.of("x"), SamplingParams.greedy(1)));
        assertEquals(InferenceProblem.BACKEND_MISSING, refusal.problem());
    }

    @Test
    void a_backend_that_fails_to_answer_does_not_stop_the_others() {
        var dispatcher = dispatcher(new FakeBackend("broken", null), new FakeBackend("cpu"));
        var candidates = dispatcher.route(SMALL);
        assertEquals(new Candidate("cpu", new Verdict.Yes("it can count")), candidates.get(0));
        assertTrue(candidates.get(1).verdict().reason().startsWith("it failed to answer"));
    }
}
