package dev.mens.dispatch;

import static dev.mens.dispatch.Fixtures.GIB;
import static dev.mens.dispatch.Fixtures.SMALL;
import static dev.mens.dispatch.Fixtures.capabilities;
import static dev.mens.dispatch.Fixtures.counted;
import static dev.mens.dispatch.Fixtures.dispatcher;
import static dev.mens.dispatch.Fixtures.model;
import static dev.mens.dispatch.Fixtures.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.diagnostics.ProblemException;
import dev.mens.inference.InferenceProblem;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenEvent;
import dev.mens.model.Quantization;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LoadingTest {
    private static final Prompt PROMPT = Prompt.of("count");
    private static final SamplingParams FIVE = SamplingParams.greedy(5);

    @Test
    void concurrent_requests_for_one_model_share_one_load() throws Exception {
        var mayLoad = new CountDownLatch(1);
        var backend = new FakeBackend("cpu", capabilities(0, 0, 0), mayLoad);
        var dispatcher = dispatcher(backend);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var texts = new ArrayList<Future<String>>();
            for (int i = 0; i < 8; i++) {
                texts.add(threads.submit(() -> text(dispatcher.submit(SMALL, PROMPT, FIVE))));
            }
            mayLoad.countDown();
            for (var text : texts) {
                assertEquals(counted(5), text.get());
            }
        }
        assertEquals(1, backend.loads.get());
        assertEquals(List.of("small"), dispatcher.backends().getFirst().loadedModels());
    }

    @Test
    void a_model_stays_warm_between_requests() throws Exception {
        var backend = new FakeBackend("cpu");
        var dispatcher = dispatcher(backend);
        text(dispatcher.submit(SMALL, PROMPT, FIVE));
        dispatcher.unloadIdle();
        text(dispatcher.submit(SMALL, PROMPT, FIVE));
        assertEquals(1, backend.loads.get());
    }

    @Test
    void a_model_that_nobody_used_for_the_configured_time_is_unloaded() throws Exception {
        var now = new AtomicReference<>(Instant.EPOCH);
        var backend = new FakeBackend("cpu");
        var settings = new Settings(Duration.ofMinutes(5), 64, Duration.ZERO);
        var dispatcher = new RoutingDispatcher(settings, now::get);
        dispatcher.addBackend(backend);
        var running = dispatcher.submit(SMALL, PROMPT, FIVE);
        now.set(Instant.EPOCH.plusSeconds(1000));
        dispatcher.unloadIdle();
        assertEquals(Set.of(), backend.unloaded);
        running.close();
        now.set(Instant.EPOCH.plusSeconds(1299));
        dispatcher.unloadIdle();
        assertEquals(Set.of(), backend.unloaded);
        now.set(Instant.EPOCH.plusSeconds(1300));
        dispatcher.unloadIdle();
        assertEquals(Set.of("small"), backend.unloaded);
        assertEquals(List.of(), dispatcher.backends().getFirst().loadedModels());
    }

    @Test
    void unloading_frees_a_model_and_the_next_request_loads_it_again() throws Exception {
        var backend = new FakeBackend("cpu");
        var dispatcher = dispatcher(backend);
        text(dispatcher.submit(SMALL, PROMPT, FIVE));
        dispatcher.unload(SMALL);
        assertEquals(Set.of("small"), backend.unloaded);
        assertEquals(counted(5), text(dispatcher.submit(SMALL, PROMPT, FIVE)));
        assertEquals(2, backend.loads.get());
    }

    @Test
    void the_longest_unused_model_makes_room_for_a_new_one() throws Exception {
        var backend = new FakeBackend("cpu", capabilities(0, 0, 10 * GIB));
        var dispatcher = dispatcher(backend);
        for (var name : List.of("a", "b", "c")) {
            text(dispatcher.submit(model(name, 4 * GIB, Quantization.F16), PROMPT, FIVE));
        }
        assertEquals(Set.of("a"), backend.unloaded);
    }

    @Test
    void a_model_in_use_never_makes_room() throws Exception {
        var backend = new FakeBackend("cpu", capabilities(0, 0, 6 * GIB));
        var dispatcher = dispatcher(backend);
        try (var running = dispatcher.submit(model("a", 4 * GIB, Quantization.F16), PROMPT, FIVE)) {
            running.next();
            var refusal =
                    assertThrows(
                            ProblemException.class,
                            () ->
                                    dispatcher.submit(
                                            model("b", 4 * GIB, Quantization.F16), PROMPT, FIVE));
            assertEquals(
                    "no backend can serve b: cpu: its memory is taken by models that are in use",
                    refusal.facts());
        }
        assertEquals(Set.of(), backend.unloaded);
    }

    @Test
    void a_backend_that_cannot_load_is_passed_over() throws Exception {
        var first = new FakeBackend("a").failingToLoad(new IOException("connection refused"));
        var dispatcher = dispatcher(first, new FakeBackend("b"));
        assertEquals(counted(5), text(dispatcher.submit(SMALL, PROMPT, FIVE)));
    }

    @Test
    void a_failed_load_is_tried_again_by_the_next_request() throws Exception {
        var backend = new FakeBackend("a").failingToLoad(new IOException("connection refused"));
        var dispatcher = dispatcher(backend);
        var refusal =
                assertThrows(ProblemException.class, () -> dispatcher.submit(SMALL, PROMPT, FIVE));
        assertEquals(InferenceProblem.NO_BACKEND, refusal.problem());
        assertTrue(refusal.facts().endsWith("a: connection refused"));
        backend.failingToLoad(null);
        assertEquals(counted(5), text(dispatcher.submit(SMALL, PROMPT, FIVE)));
    }

    @Test
    void a_stream_beyond_the_limit_waits_for_its_turn_in_order() throws Exception {
        var backend = new FakeBackend("cpu");
        var dispatcher = dispatcher(1, Duration.ofSeconds(5), backend);
        var first = dispatcher.submit(SMALL, PROMPT, FIVE);
        var second = dispatcher.submit(SMALL, PROMPT, FIVE);
        var third = dispatcher.submit(SMALL, PROMPT, FIVE);
        assertEquals(1, backend.predictions.get());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var last = threads.submit(() -> text(third));
            first.close();
            assertEquals(counted(5), text(second));
            assertEquals(counted(5), last.get());
        }
    }

    @Test
    void closing_ends_a_stream_that_waits_for_its_turn() throws Exception {
        var dispatcher = dispatcher(1, Duration.ofSeconds(5), new FakeBackend("cpu"));
        var first = dispatcher.submit(SMALL, PROMPT, FIVE);
        var second = dispatcher.submit(SMALL, PROMPT, FIVE);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var next = threads.submit(second::next);
            second.close();
            var end = assertInstanceOf(TokenEvent.End.class, next.get(5, TimeUnit.SECONDS));
            assertEquals(TokenEvent.Reason.CANCELLED, end.reason());
        }
        first.close();
        assertEquals(counted(5), text(dispatcher.submit(SMALL, PROMPT, FIVE)));
    }

    @Test
    void an_interrupt_ends_the_wait_for_a_backend() throws Exception {
        var mayLoad = new CountDownLatch(1);
        var backend = new FakeBackend("cpu", capabilities(0, 0, 0), mayLoad);
        var dispatcher = dispatcher(backend);
        Thread.currentThread().interrupt();
        assertThrows(IOException.class, () -> dispatcher.submit(SMALL, PROMPT, FIVE));
        assertTrue(Thread.interrupted());
        mayLoad.countDown();
        assertEquals(counted(5), text(dispatcher.submit(SMALL, PROMPT, FIVE)));
        assertEquals(1, backend.loads.get());
    }
}
