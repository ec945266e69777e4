package dev.mens.transformer.engine;

import dev.mens.compute.DeviceLostException;
import dev.mens.compute.DrawingProgram;
import dev.mens.compute.DrawingProgram.Draw;
import dev.mens.compute.Kernels;
import dev.mens.compute.Program;
import dev.mens.compute.Program.Segment;
import dev.mens.diagnostics.ProblemException;
import dev.mens.inference.BackendLostException;
import dev.mens.transformer.sampling.Candidates;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thread of an engine. It owns the program and every cache, and runs all streams together:
/// each step advances every decoding stream by one token and computes a part of the prompts that
/// wait, so that a long prompt does not stop the others.
final class EngineLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineLoop.class);

    /// Streams that run at a time; others wait their turn.
    private static final int MOST_STREAMS = 64;

    /// Tokens of prompts in one step while nobody waits for tokens.
    private static final int PROMPT_TOKENS = 512;

    /// What prefix caches may take.
    private static final long KEPT_CACHE_BYTES = 512L << 20;

    private final ModelParts parts;
    private final Kernels kernels;
    private final String backend;
    private final Inbox inbox;
    private final CompletableFuture<Long> opened = new CompletableFuture<>();
    private final List<Sequence> running = new ArrayList<>();
    private final Deque<EmbedJob> embedding = new ArrayDeque<>();
    private final List<Segment> batch = new ArrayList<>();
    private final List<Sequence> batched = new ArrayList<>();
    private final List<@Nullable Draw> draws = new ArrayList<>();
    private int[] tokens = {};
    private String end = "it was closed";
    private final PrefillPace pace = new PrefillPace();
    private final PrefixCache kept;
    private final Candidates candidates;

    EngineLoop(ModelParts parts, Kernels kernels, String backend, Inbox inbox) {
        this.parts = parts;
        this.kernels = kernels;
        this.backend = backend;
        this.inbox = inbox;
        kept = new PrefixCache(parts.cacheBytesPerToken(), KEPT_CACHE_BYTES);
        candidates = new Candidates(parts.network().vocabulary());
    }

    /// Bytes of weights once the program is ready, or what prevented it.
    CompletableFuture<Long> opened() {
        return opened;
    }

    @Override
    public void run() {
        try (parts;
                var program = prepare()) {
            opened.complete(program.weightBytes());
            try {
                serve(program);
            } catch (DeviceLostException lost) {
                end = lost.getMessage();
                throw lost;
            } finally {
                // Caches go before the program that made them.
                loseAll();
            }
        } catch (IOException | RuntimeException failure) {
            if (!opened.completeExceptionally(failure)) {
                LOG.error(
                        "The engine of {} on {} broke down",
                        parts.model().name(),
                        backend,
                        failure);
            }
        } finally {
            inbox.close();
            loseAll();
            opened.completeExceptionally(new BackendLostException(backend, "it ran out of memory"));
        }
    }

    private Program prepare() throws IOException {
        var content = parts.model().content();
        return content.isPresent()
                ? kernels.prepare(parts.network(), content.get())
                : kernels.prepare(parts.network());
    }

    private void serve(Program program) {
        while (!inbox.closed()) {
            running.addAll(inbox.arrivals(mostStreams(program) - running.size()));
            embedding.addAll(inbox.embedJobs());
            retireCancelled();
            boolean worked = embedStep(program);
            worked |= streamStep(program);
            if (!worked) {
                inbox.await();
            }
        }
    }

    private void retireCancelled() {
        for (int i = running.size() - 1; i >= 0; i--) {
            if (running.get(i).stream().isCancelled()) {
                retire(running.get(i));
            }
        }
    }

    /// Forgets a stream and keeps its cache for a successor.
    private void retire(Sequence sequence) {
        running.remove(sequence);
        var cache = sequence.releaseCache();
        if (cache != null) {
            kept.keep(sequence.tokens(), cache);
        }
        inbox.left();
    }

    private boolean embedStep(Program program) {
        var job = embedding.peek();
        if (job == null) {
            return false;
        }
        try {
            inbox.enter(List.of());
            if (job.step(program)) {
                embedding.remove();
            }
        } catch (InterruptedException cancelled) {
            LOG.debug("Embedding was interrupted and is tried again");
        } catch (DeviceLostException lost) {
            throw lost;
        } catch (RuntimeException failure) {
            embedding.remove();
            job.result().completeExceptionally(failure);
        } finally {
            inbox.leave();
        }
        return true;
    }

    private boolean streamStep(Program program) {
        assemble(program);
        if (batch.isEmpty()) {
            return false;
        }
        long began = System.nanoTime();
        try {
            inbox.enter(batched);
            run(program);
        } catch (InterruptedException cancelled) {
            return true;
        } catch (DeviceLostException lost) {
            throw lost;
        } catch (RuntimeException failure) {
            failBatch(failure);
            return true;
        } finally {
            inbox.leave();
        }
        pace.took(System.nanoTime() - began);
        for (int i = 0; i < batched.size(); i++) {
            advance(batched.get(i), draws.get(i) != null, tokens[i]);
        }
        return true;
    }

    private static int promptTokens(Program program) {
        return program instanceof DrawingProgram drawing ? drawing.promptTokens() : PROMPT_TOKENS;
    }

    private static int mostStreams(Program program) {
        return program instanceof DrawingProgram drawing ? drawing.mostSequences() : MOST_STREAMS;
    }

    /// Chooses tokens on the device where that can be done.
    private void run(Program program) throws InterruptedException {
        tokens = tokens.length < batch.size() ? new int[batch.size()] : tokens;
        if (program instanceof DrawingProgram drawing) {
            drawing.run(batch, draws, tokens);
        } else {
            program.run(batch);
        }
    }

    /// Fills the batch: one token of each decoding stream, and a fair share of each prompt.
    private void assemble(Program program) {
        batch.clear();
        batched.clear();
        draws.clear();
        int prompts = 0;
        for (var sequence : List.copyOf(running)) {
            if (!sequence.stream().hasRoom() || !hasCache(sequence, program)) {
                continue;
            }
            batched.add(sequence);
            prompts += sequence.pending() > 1 ? 1 : 0;
        }
        int share = pace.share(prompts, batched.size(), promptTokens(program));
        for (var sequence : batched) {
            batch.add(sequence.segment(share));
            draws.add(program instanceof DrawingProgram ? sequence.draw() : null);
        }
    }

    /// Gives a stream a cache that is large enough, if memory allows it; ends it otherwise.
    private boolean hasCache(Sequence sequence, Program program) {
        if (!sequence.needsRoom()) {
            return true;
        }
        try {
            int capacity = sequence.capacity();
            var small = sequence.releaseCache();
            if (small != null) {
                small.close();
            }
            var reused = small == null ? kept.take(sequence.tokens()) : null;
            sequence.use(
                    reused == null ? cache(program, capacity) : reused,
                    program instanceof DrawingProgram);
            return true;
        } catch (DeviceLostException lost) {
            throw lost;
        } catch (RuntimeException failure) {
            fail(sequence, failure);
            return false;
        }
    }

    private Program.Cache cache(Program program, int capacity) {
        try {
            return program.cache(capacity);
        } catch (ProblemException tight) {
            // What is kept for later makes room for what is needed now.
            kept.clear();
            return program.cache(capacity);
        }
    }

    private void advance(Sequence sequence, boolean drawn, int token) {
        try {
            if (drawn) {
                sequence.advance(token);
            } else {
                sequence.advance(candidates);
            }
            if (sequence.ended()) {
                retire(sequence);
                sequence.sayEnd();
            }
        } catch (RuntimeException failure) {
            fail(sequence, failure);
        }
    }

    private void failBatch(RuntimeException failure) {
        List.copyOf(batched).forEach(sequence -> fail(sequence, failure));
    }

    private void fail(Sequence sequence, RuntimeException failure) {
        if (!(failure instanceof ProblemException)) {
            LOG.error("A stream of {} failed", parts.model().name(), failure);
        }
        var cache = sequence.releaseCache();
        if (cache != null) {
            cache.close();
        }
        running.remove(sequence);
        inbox.left();
        sequence.stream().fail(failure);
    }

    /// Ends whatever still runs or waits, and frees every cache.
    private void loseAll() {
        inbox.close();
        running.addAll(inbox.arrivals(Integer.MAX_VALUE));
        embedding.addAll(inbox.embedJobs());
        for (var sequence : running) {
            var cache = sequence.releaseCache();
            if (cache != null) {
                cache.close();
            }
            inbox.left();
            sequence.stream().lose(backend, end);
        }
        running.clear();
        for (var job : embedding) {
            job.result().completeExceptionally(new BackendLostException(backend, end));
        }
        embedding.clear();
        kept.clear();
    }
}
