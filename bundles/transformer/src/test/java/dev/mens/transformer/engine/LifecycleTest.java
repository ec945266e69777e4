package dev.mens.transformer.engine;

import static dev.mens.transformer.engine.Engines.all;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.compute.DeviceLostException;
import dev.mens.compute.Program;
import dev.mens.diagnostics.ProblemException;
import dev.mens.inference.BackendLostException;
import dev.mens.inference.InferenceProblem;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenEvent;
import dev.mens.inference.TokenEvent.Reason;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Cancelling, closing and failing.
@Timeout(30)
final class LifecycleTest {
    private static final int CONTEXT = 1 << 16;

    @Test
    void a_closed_engine_ends_its_streams_as_lost_and_frees_their_caches() throws Exception {
        var kernels = HashKernels.letters();
        var engine = Engines.decoder(kernels, CONTEXT);
        var read = engine.predict(Prompt.of("read"), SamplingParams.greedy(100_000));
        var unread = engine.predict(Prompt.of("unread"), SamplingParams.greedy(100_000));
        assertInstanceOf(TokenEvent.Token.class, read.next());
        engine.close();
        assertTrue(Engines.isLost(read));
        assertTrue(Engines.isLost(unread));
        var late = engine.predict(Prompt.of("late"), SamplingParams.greedy(3));
        assertTrue(Engines.isLost(late));
        assertEquals(0, kernels.openCaches.get());
        assertEquals(0, engine.activeStreams());
        engine.close();
    }

    @Test
    void closing_interrupts_a_step_that_takes_long() throws Exception {
        var inside = new CountDownLatch(1);
        var engine = Engines.decoder(blocking(inside, new AtomicBoolean(true)), CONTEXT);
        var stream = engine.predict(Prompt.of("p"), SamplingParams.greedy(3));
        inside.await();
        engine.close();
        assertTrue(Engines.isLost(stream));
    }

    @Test
    void cancelling_a_long_prompt_interrupts_its_step_and_leaves_the_others() throws Exception {
        var inside = new CountDownLatch(1);
        var blocked = new AtomicBoolean(true);
        try (var engine = Engines.decoder(blocking(inside, blocked), CONTEXT)) {
            var other = engine.predict(Prompt.of("other"), SamplingParams.greedy(5));
            var cancelled = engine.predict(Prompt.of("long".repeat(99)), SamplingParams.greedy(3));
            inside.await();
            blocked.set(false);
            cancelled.close();
            var end = assertInstanceOf(TokenEvent.End.class, cancelled.next());
            assertEquals(Reason.CANCELLED, end.reason());
            assertEquals(end, cancelled.next());
            assertEquals(5, all(other).ids().size());
        }
    }

    @Test
    void a_cancelled_stream_wakes_its_reader() throws Exception {
        var never = new CountDownLatch(1);
        var engine =
                Engines.decoder(
                        new HashKernels((hash, tokens) -> 'x', _ -> never.await()), CONTEXT);
        try (engine;
                var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            var stream = engine.predict(Prompt.of("p"), SamplingParams.greedy(3));
            var reader = tasks.submit(stream::next);
            stream.close();
            var end = assertInstanceOf(TokenEvent.End.class, reader.get());
            assertEquals(Reason.CANCELLED, end.reason());
        }
    }

    @Test
    void a_stream_that_nobody_reads_pauses_and_goes_on_when_read() throws Exception {
        var steps = new AtomicInteger();
        var kernels = new HashKernels((hash, tokens) -> 'x', _ -> steps.incrementAndGet());
        try (var engine = Engines.decoder(kernels, CONTEXT)) {
            var slow = engine.predict(Prompt.of("slow"), SamplingParams.greedy(1000));
            all(engine.predict(Prompt.of("fast"), SamplingParams.greedy(500)));
            assertTrue(steps.get() < 800, () -> "steps " + steps.get());
            assertEquals(1000, all(slow).ids().size());
        }
    }

    @Test
    void a_failing_step_fails_its_streams_and_not_the_engine() throws Exception {
        var failed = new AtomicBoolean();
        var kernels =
                new HashKernels(
                        (hash, tokens) -> 'x',
                        _ -> {
                            if (!failed.getAndSet(true)) {
                                throw InferenceProblem.NOT_FINITE.with(1);
                            }
                        });
        try (var engine = Engines.decoder(kernels, CONTEXT)) {
            var first = engine.predict(Prompt.of("p"), SamplingParams.greedy(3));
            assertThrows(ProblemException.class, () -> all(first));
            var second = engine.predict(Prompt.of("p"), SamplingParams.greedy(3));
            assertEquals("xxx", all(second).text());
            assertEquals(0, engine.activeStreams());
        }
        assertEquals(0, kernels.openCaches.get());
    }

    @Test
    void a_lost_device_ends_its_engine_and_lets_its_streams_go_on_elsewhere() throws Exception {
        var kernels =
                new HashKernels(
                        (hash, tokens) -> 'x',
                        _ -> {
                            throw new DeviceLostException(
                                    "no context", new IllegalStateException());
                        });
        try (var engine = Engines.decoder(kernels, CONTEXT)) {
            var stream = engine.predict(Prompt.of("p"), SamplingParams.greedy(3));
            var lost = assertThrows(BackendLostException.class, () -> all(stream));
            assertTrue(lost.getMessage().contains("no context"), lost.getMessage());
        }
        assertEquals(0, kernels.openCaches.get());
    }

    @Test
    void an_encoder_embeds_and_does_not_generate() throws Exception {
        var pooling = new Pooling(Pooling.Mode.MEAN, false);
        try (var engine = Engines.encoder(HashKernels.letters(), pooling)) {
            var vectors = engine.embed(List.of("\u0001", "x".repeat(100)));
            assertArrayEquals(new float[] {128.5f, 128.5f}, vectors.getFirst(), 1e-3f);
            // 16 tokens: the begin token and 15 letters.
            assertEquals((256 + 15 * 'x') / 16f, vectors.get(1)[0], 1e-3f);
            var problem =
                    assertThrows(
                            ProblemException.class,
                            () -> engine.predict(Prompt.of("p"), SamplingParams.greedy(3)));
            assertEquals(InferenceProblem.NOT_A_GENERATOR, problem.problem());
        }
    }

    @Test
    void a_decoder_does_not_embed() throws Exception {
        try (var engine = Engines.decoder(HashKernels.letters(), CONTEXT)) {
            var problem = assertThrows(ProblemException.class, () -> engine.embed(List.of("text")));
            assertEquals(InferenceProblem.NOT_AN_ENCODER, problem.problem());
        }
    }

    @Test
    void embedding_on_a_closed_engine_is_lost() throws Exception {
        var engine = Engines.encoder(HashKernels.letters(), new Pooling(Pooling.Mode.FIRST, true));
        engine.close();
        assertThrows(BackendLostException.class, () -> engine.embed(List.of("text")));
    }

    private static HashKernels blocking(CountDownLatch inside, AtomicBoolean blocked) {
        return new HashKernels((hash, tokens) -> 'x', batch -> block(batch, inside, blocked));
    }

    private static void block(
            List<Program.Segment> batch, CountDownLatch inside, AtomicBoolean blocked)
            throws InterruptedException {
        boolean waits = batch.stream().anyMatch(segment -> segment.tokens().length > 32);
        if (blocked.get() && (waits || batch.size() == 1)) {
            if (waits || batch.getFirst().tokens().length == 2) {
                inside.countDown();
                new CountDownLatch(1).await();
            }
        }
    }
}
