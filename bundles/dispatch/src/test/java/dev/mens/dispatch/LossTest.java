package dev.mens.dispatch;

import static dev.mens.dispatch.Fixtures.SMALL;
import static dev.mens.dispatch.Fixtures.counted;
import static dev.mens.dispatch.Fixtures.dispatcher;
import static dev.mens.dispatch.Fixtures.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.diagnostics.ProblemException;
import dev.mens.inference.InferenceProblem;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenEvent;
import dev.mens.inference.TokenStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LossTest {
    private static final Prompt PROMPT = Prompt.of("count");

    private static TokenStream start(RoutingDispatcher dispatcher, int tokens) throws Exception {
        return dispatcher.submit(SMALL, PROMPT, SamplingParams.greedy(tokens));
    }

    private static void pull(TokenStream stream, int tokens) throws Exception {
        for (int i = 0; i < tokens; i++) {
            assertEquals(i, assertInstanceOf(TokenEvent.Token.class, stream.next()).id());
        }
    }

    private static void swap(
            RoutingDispatcher dispatcher, FakeBackend old, FakeBackend replacement) {
        dispatcher.removeBackend(old);
        old.die();
        dispatcher.addBackend(replacement);
    }

    @Test
    void a_stream_that_is_lost_in_the_middle_goes_on_elsewhere_with_the_same_text()
            throws Exception {
        var dispatcher = dispatcher(new FakeBackend("a").dyingAt(5), new FakeBackend("b"));
        assertEquals(counted(12), text(start(dispatcher, 12)));
        var status = dispatcher.backends();
        assertEquals(List.of(0L, 1L), status.stream().map(b -> b.movedIn()).toList());
        assertEquals(List.of(0, 0), status.stream().map(b -> b.activeStreams()).toList());
    }

    @Test
    void limits_and_counts_are_those_of_one_stream() throws Exception {
        var dispatcher = dispatcher(new FakeBackend("a").dyingAt(5), new FakeBackend("b"));
        var stream = start(dispatcher, 12);
        pull(stream, 12);
        var end = assertInstanceOf(TokenEvent.End.class, stream.next());
        assertEquals(TokenEvent.Reason.MAX_TOKENS, end.reason());
        assertEquals(3, end.usage().promptTokens());
        assertEquals(12, end.usage().generatedTokens());
        assertSame(end, stream.next());
    }

    @Test
    void a_stream_that_is_lost_after_its_last_token_still_ends() throws Exception {
        var dispatcher = dispatcher(new FakeBackend("a").dyingAt(6), new FakeBackend("b"));
        assertEquals(counted(6), text(start(dispatcher, 6)));
    }

    @Test
    void a_stream_without_any_backend_left_waits_for_the_new_version() throws Exception {
        var old = new FakeBackend("cpu");
        var dispatcher = dispatcher(old);
        var stream = start(dispatcher, 9);
        pull(stream, 4);
        dispatcher.removeBackend(old);
        old.die();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var rest = threads.submit(() -> text(stream));
            var update = new FakeBackend("cpu");
            dispatcher.addBackend(update);
            assertEquals(" 4 5 6 7 8.", rest.get());
            assertEquals(1, update.predictions.get());
        }
    }

    @Test
    void a_stream_that_is_lost_twice_keeps_its_text() throws Exception {
        var dispatcher =
                dispatcher(
                        new FakeBackend("a").dyingAt(3),
                        new FakeBackend("b").dyingAt(7),
                        new FakeBackend("c"));
        assertEquals(counted(10), text(start(dispatcher, 10)));
    }

    @Test
    void a_backend_that_stays_registered_but_lost_its_process_is_tried_again() throws Exception {
        var only = new FakeBackend("server").dyingAt(4);
        var dispatcher = dispatcher(only);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var stream = start(dispatcher, 8);
            pull(stream, 4);
            var rest = threads.submit(() -> text(stream));
            only.dyingAt(Integer.MAX_VALUE);
            assertEquals(" 4 5 6 7.", rest.get());
        }
    }

    @Test
    void a_backend_whose_service_goes_but_whose_streams_do_not_end_is_left_all_the_same()
            throws Exception {
        var stubborn = new FakeBackend("a");
        var dispatcher = dispatcher(stubborn);
        var stream = start(dispatcher, 100_000);
        pull(stream, 4);
        dispatcher.removeBackend(stubborn);
        dispatcher.addBackend(new FakeBackend("b"));
        int seen = 4;
        while (dispatcher.backends().getFirst().movedIn() == 0) {
            assertEquals(seen++, assertInstanceOf(TokenEvent.Token.class, stream.next()).id());
        }
        stream.close();
    }

    @Test
    void a_fault_of_a_backend_that_is_stopping_is_a_loss() throws Exception {
        var old = new FakeBackend("a");
        var dispatcher = dispatcher(old);
        var stream = start(dispatcher, 6);
        pull(stream, 2);
        old.failingWith(new IllegalStateException("Already closed"));
        swap(dispatcher, old, new FakeBackend("a"));
        assertEquals(" 2 3 4 5.", text(stream));
    }

    @Test
    void a_problem_of_the_model_passes_through_and_moves_nothing() throws Exception {
        var nan = InferenceProblem.NOT_FINITE.with(1);
        var other = new FakeBackend("b");
        var dispatcher = dispatcher(new FakeBackend("a").failingWith(nan), other);
        var stream = start(dispatcher, 6);
        assertSame(nan, assertThrows(ProblemException.class, stream::next));
        assertEquals(0, other.predictions.get());
        assertEquals(0, dispatcher.backends().getFirst().activeStreams());
        assertInstanceOf(TokenEvent.End.class, stream.next());
    }

    @Test
    void a_stream_that_nobody_takes_over_ends_with_every_reason() throws Exception {
        var old = new FakeBackend("a").dyingAt(2);
        var dispatcher =
                dispatcher(
                        64, Duration.ofMillis(50), old, new FakeBackend("b").refusing("too large"));
        var stream = start(dispatcher, 6);
        pull(stream, 2);
        dispatcher.removeBackend(old);
        var refusal = assertThrows(ProblemException.class, stream::next);
        assertEquals("no backend can serve small: b: too large", refusal.facts());
    }

    @Test
    void a_request_in_the_gap_of_a_replacement_waits_for_the_new_version() throws Exception {
        var old = new FakeBackend("cpu");
        var dispatcher = dispatcher(old);
        dispatcher.removeBackend(old);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var request = threads.submit(() -> text(start(dispatcher, 5)));
            dispatcher.addBackend(new FakeBackend("cpu"));
            assertEquals(counted(5), request.get());
        }
    }

    @Test
    void eight_streams_survive_many_swaps() throws Exception {
        var backend = new FakeBackend("cpu");
        var dispatcher = dispatcher(backend);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var streams = new ArrayList<Future<String>>();
            for (int i = 0; i < 8; i++) {
                streams.add(threads.submit(() -> text(start(dispatcher, 50_000))));
            }
            int swaps = 0;
            while (streams.stream().anyMatch(stream -> !stream.isDone())) {
                var replacement = new FakeBackend("cpu");
                swap(dispatcher, backend, replacement);
                backend = replacement;
                swaps++;
            }
            assertTrue(swaps > 1, "only " + swaps + " swaps happened");
            for (var stream : streams) {
                assertEquals(counted(50_000), stream.get());
            }
        }
    }

    @Test
    void closing_ends_a_stream_that_waits_for_a_backend() throws Exception {
        var old = new FakeBackend("cpu");
        var dispatcher = dispatcher(old);
        var stream = start(dispatcher, 6);
        pull(stream, 2);
        dispatcher.removeBackend(old);
        old.die();
        var waiting = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var next =
                    threads.submit(
                            () -> {
                                waiting.countDown();
                                return stream.next();
                            });
            assertTrue(waiting.await(10, TimeUnit.SECONDS));
            stream.close();
            var end = assertInstanceOf(TokenEvent.End.class, next.get(5, TimeUnit.SECONDS));
            assertEquals(TokenEvent.Reason.CANCELLED, end.reason());
            assertEquals(2, end.usage().generatedTokens());
        }
    }

    @Test
    void closing_ends_a_running_stream_at_the_next_token() throws Exception {
        var dispatcher = dispatcher(new FakeBackend("cpu"));
        var stream = start(dispatcher, 6);
        pull(stream, 2);
        stream.close();
        var end = assertInstanceOf(TokenEvent.End.class, stream.next());
        assertEquals(TokenEvent.Reason.CANCELLED, end.reason());
        assertEquals(0, dispatcher.backends().getFirst().activeStreams());
    }

    @Test
    void a_random_seed_stays_the_same_after_a_move() throws Exception {
        var first = new FakeBackend("a").dyingAt(2);
        var second = new FakeBackend("b");
        var dispatcher = dispatcher(first, second);
        var random = SamplingParams.builder().maxTokens(4).build();
        assertEquals(counted(4), text(dispatcher.submit(SMALL, PROMPT, random)));
        assertEquals(first.seeds, second.seeds);
    }

    @Test
    void a_prompt_that_came_with_tokens_keeps_them_after_a_move() throws Exception {
        var dispatcher = dispatcher(new FakeBackend("a").dyingAt(4), new FakeBackend("b"));
        var continued = PROMPT.after(List.of(0, 1));
        var stream = dispatcher.submit(SMALL, continued, SamplingParams.greedy(6));
        assertEquals(" 2 3 4 5.", text(stream));
    }

    @Test
    void embedding_starts_again_elsewhere_when_its_backend_is_lost() throws Exception {
        var dead = new FakeBackend("a");
        dead.die();
        var dispatcher = dispatcher(dead, new FakeBackend("b"));
        assertEquals(5f, dispatcher.embed(SMALL, List.of("count")).getFirst()[0]);
    }
}
