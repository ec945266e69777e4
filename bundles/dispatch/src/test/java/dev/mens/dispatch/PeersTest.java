package dev.mens.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.diagnostics.ProblemException;
import dev.mens.inference.BackendLostException;
import dev.mens.inference.InferenceProblem;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.Verdict;
import dev.mens.model.Model;
import dev.mens.model.ModelSupply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Backends of peers beside those of this machine.
class PeersTest {
    private final FakeBackend local = new FakeBackend("cpu");
    private final AtomicInteger fetched = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    @TempDir Path here;

    private static String text(RoutingDispatcher dispatcher, Model model) throws Exception {
        try (var stream = dispatcher.submit(model, Prompt.of("x"), SamplingParams.greedy(10))) {
            return Fixtures.text(stream);
        }
    }

    /// Brings models to a folder that exists.
    private ModelSupply supply() {
        return new ModelSupply() {
            @Override
            public Optional<Model> find(String reference) {
                throw new AssertionError("the catalog asks");
            }

            @Override
            public Model fetch(Model model) throws IOException {
                if (failures.getAndDecrement() > 0) {
                    throw new IOException("who has it is away");
                }
                fetched.incrementAndGet();
                return new Model(model.name(), model.id(), here, model.facts());
            }
        };
    }

    @Test
    void this_machine_goes_before_its_equals_among_the_peers() throws Exception {
        var peer = new FakePeer("a/cpu");
        var dispatcher = Fixtures.dispatcher(local);
        dispatcher.addBackend(peer);
        text(dispatcher, Fixtures.SMALL);
        assertEquals(1, local.predictions.get());
        assertEquals(0, peer.backend().predictions.get());
    }

    @Test
    void a_peer_with_a_better_device_goes_before_this_machine() throws Exception {
        var device = new FakeBackend("b/cuda", Fixtures.capabilities(80, 0, 0));
        var dispatcher = Fixtures.dispatcher(local);
        dispatcher.addBackend(new FakePeer(device, true, Duration.ZERO));
        text(dispatcher, Fixtures.SMALL);
        assertEquals(1, device.predictions.get());
    }

    @Test
    void a_slow_peer_is_not_chosen_twice() throws Exception {
        var slow = new FakePeer(new FakeBackend("a/cpu"), true, Duration.ofMillis(5));
        var other = new FakePeer("b/cpu");
        var dispatcher = Fixtures.dispatcher();
        dispatcher.addBackend(slow);
        dispatcher.addBackend(other);
        for (int i = 0; i < 5; i++) {
            text(dispatcher, Fixtures.SMALL);
        }
        assertEquals(1, slow.backend().predictions.get());
        assertEquals(4, other.backend().predictions.get());
    }

    @Test
    void a_slow_device_of_a_peer_is_left_for_this_machine() throws Exception {
        var device = new FakeBackend("b/cuda", Fixtures.capabilities(80, 0, 0));
        var dispatcher = Fixtures.dispatcher(local);
        var slow = new FakePeer(device, true, Duration.ofMillis(5));
        text(dispatcher, Fixtures.SMALL);
        dispatcher.addBackend(slow);
        text(dispatcher, Fixtures.SMALL);
        text(dispatcher, Fixtures.SMALL);
        assertEquals(1, device.predictions.get());
        assertEquals(2, local.predictions.get());
    }

    @Test
    void a_model_that_only_peers_have_runs_there() throws Exception {
        var peer = new FakePeer("a/cpu");
        var dispatcher = Fixtures.dispatcher(local);
        dispatcher.setSupply(supply());
        dispatcher.addBackend(peer);
        assertEquals(Fixtures.counted(10), text(dispatcher, Fixtures.SMALL));
        assertEquals(1, peer.backend().predictions.get());
        assertEquals(0, fetched.get());
        assertEquals(
                new Verdict.No("the model is not on this machine"),
                dispatcher.route(Fixtures.SMALL).getLast().verdict());
    }

    @Test
    void a_peer_that_has_the_model_goes_before_one_that_would_fetch_it() throws Exception {
        var device = new FakeBackend("b/cuda", Fixtures.capabilities(80, 0, 0));
        var without = new FakePeer(device, false, Duration.ZERO);
        var with = new FakePeer("c/cpu");
        var dispatcher = Fixtures.dispatcher();
        dispatcher.addBackend(without);
        dispatcher.addBackend(with);
        text(dispatcher, Fixtures.SMALL);
        assertEquals(1, with.backend().predictions.get());
        assertEquals(0, device.predictions.get());
    }

    @Test
    void a_model_that_no_peer_runs_is_fetched_and_runs_here() throws Exception {
        var dispatcher = Fixtures.dispatcher(local);
        dispatcher.setSupply(supply());
        var foreseen = dispatcher.route(Fixtures.SMALL).getFirst().verdict();
        assertInstanceOf(Verdict.Yes.class, foreseen);
        assertTrue(foreseen.reason().startsWith("once the model is fetched: "));
        assertEquals(0, fetched.get());
        assertEquals(Fixtures.counted(10), text(dispatcher, Fixtures.SMALL));
        assertEquals(1, fetched.get());
        assertEquals(1, local.predictions.get());
    }

    @Test
    void a_stream_whose_peer_dies_goes_on_here_with_the_fetched_model() throws Exception {
        var peer = new FakePeer(new FakeBackend("a/cpu").dyingAt(4), true, Duration.ZERO);
        var dispatcher = Fixtures.dispatcher(local);
        dispatcher.setSupply(supply());
        dispatcher.addBackend(peer);
        assertEquals(Fixtures.counted(10), text(dispatcher, Fixtures.SMALL));
        assertEquals(1, fetched.get());
        assertEquals(1, local.predictions.get());
    }

    @Test
    void a_stream_waits_for_those_who_have_its_model() throws Exception {
        var peer = new FakePeer(new FakeBackend("a/cpu").dyingAt(4), true, Duration.ZERO);
        var dispatcher = Fixtures.dispatcher(local);
        dispatcher.setSupply(supply());
        dispatcher.addBackend(peer);
        failures.set(1);
        assertEquals(Fixtures.counted(10), text(dispatcher, Fixtures.SMALL));
        assertEquals(1, fetched.get());
    }

    @Test
    void a_model_that_cannot_be_fetched_is_refused_with_the_reason() throws Exception {
        var dispatcher = Fixtures.dispatcher(local);
        dispatcher.setSupply(supply());
        failures.set(1);
        var refused = assertThrows(ProblemException.class, () -> text(dispatcher, Fixtures.SMALL));
        assertEquals(InferenceProblem.NO_BACKEND, refused.problem());
        assertTrue(refused.getMessage().contains("who has it is away"), refused.getMessage());
    }

    @Test
    void a_stream_that_was_sent_to_one_backend_stays_there() throws Exception {
        var dying = new FakeBackend("a").dyingAt(3);
        var dispatcher = Fixtures.dispatcher(dying, local);
        try (var stream =
                dispatcher.submitTo(
                        "a", Fixtures.SMALL, Prompt.of("x"), SamplingParams.greedy(9))) {
            assertThrows(BackendLostException.class, () -> Fixtures.text(stream));
        }
        assertEquals(0, local.predictions.get());
        assertThrows(
                BackendLostException.class,
                () ->
                        dispatcher.submitTo(
                                "gone", Fixtures.SMALL, Prompt.of("x"), SamplingParams.greedy(9)));
    }
}
