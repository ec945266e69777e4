package dev.mens.transformer.engine;

import dev.mens.compute.Kernels;
import dev.mens.inference.BackendLostException;
import dev.mens.inference.InferenceProblem;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenStream;
import dev.mens.inference.Transformer;
import dev.mens.model.Model;
import dev.mens.transformer.sampling.Choice;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// One model on one device. Callers' threads check and tokenize prompts; the rest happens on
/// the thread of {@link EngineLoop}.
final class BatchEngine implements Transformer.Engine {
    private static final int MOST_STOPS = 64;
    private static final int LONGEST_STOP = 1024;

    private final ModelParts parts;
    private final String backend;
    private final Inbox inbox;
    private final Thread thread;
    private final long weightBytes;

    private BatchEngine(
            ModelParts parts, String backend, Inbox inbox, Thread thread, long weightBytes) {
        this.parts = parts;
        this.backend = backend;
        this.inbox = inbox;
        this.thread = thread;
        this.weightBytes = weightBytes;
    }

    /// Prepares the network on a thread of its own, to which the device's context then belongs.
    ///
    /// @param parts closed by the engine, also if this fails
    static BatchEngine start(ModelParts parts, Kernels kernels, String backend) throws IOException {
        var inbox = new Inbox();
        var loop = new EngineLoop(parts, kernels, backend, inbox);
        var thread =
                Thread.ofPlatform()
                        .name("mens-" + backend + "-" + parts.model().name())
                        .daemon()
                        .start(loop);
        long weightBytes;
        try {
            weightBytes = result(loop.opened());
        } catch (InterruptedException interrupted) {
            inbox.close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while loading " + parts.model().name(), interrupted);
        }
        return new BatchEngine(parts, backend, inbox, thread, weightBytes);
    }

    @Override
    public Model model() {
        return parts.model();
    }

    @Override
    public long weightBytes() {
        return weightBytes;
    }

    @Override
    public int contextTokens() {
        return parts.network().contextTokens();
    }

    @Override
    public int activeStreams() {
        return inbox.streams();
    }

    @Override
    public TokenStream predict(Prompt prompt, SamplingParams sampling) {
        var since = Instant.now();
        if (parts.network().head() == null) {
            throw InferenceProblem.NOT_A_GENERATOR.with(parts.model().name());
        }
        checkStops(sampling.stop());
        var ids = checked(encode(prompt.input()));
        prompt.continued().forEach(this::checkToken);
        var choice = Choice.of(sampling, parts.generation());
        var request =
                new Request(
                        ids,
                        prompt.continued(),
                        choice,
                        choice.maxTokens().orElse(Integer.MAX_VALUE),
                        sampling.ignoreEnd() ? Set.of() : parts.endTokens(),
                        sampling,
                        since);
        var stream = new Generation(inbox);
        var sequence =
                new Sequence(
                        request,
                        stream,
                        parts.tokenizer(),
                        contextTokens(),
                        parts.network().vocabulary());
        if (sequence.ended()) {
            sequence.sayEnd();
        } else if (!inbox.submit(sequence)) {
            stream.lose(backend, "it was closed");
        }
        return stream;
    }

    @Override
    public List<float[]> embed(List<String> texts)
            throws BackendLostException, InterruptedException {
        if (parts.pooling() == null) {
            throw InferenceProblem.NOT_AN_ENCODER.with(parts.model().name());
        }
        var inputs = new ArrayList<int[]>();
        for (var text : texts) {
            inputs.add(cut(parts.tokenizer().encode(text, true)));
        }
        var job = new EmbedJob(parts, inputs);
        if (!inbox.submit(job)) {
            throw new BackendLostException(backend, "it was closed");
        }
        try {
            return result(job.result());
        } catch (BackendLostException lost) {
            throw lost;
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public void close() {
        inbox.close();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private int[] encode(Prompt.Input input) {
        return switch (input) {
            case Prompt.Text(var text) -> parts.tokenizer().encode(text, true);
            case Prompt.Chat(var conversation) -> parts.encode(conversation);
            case Prompt.Tokens(var ids) -> ids.stream().mapToInt(Integer::intValue).toArray();
        };
    }

    private int[] checked(int[] ids) {
        if (ids.length == 0) {
            throw InferenceProblem.EMPTY_PROMPT.with();
        }
        if (ids.length > contextTokens()) {
            throw InferenceProblem.CONTEXT_OVERFLOW.with(
                    ids.length, parts.model().name(), contextTokens());
        }
        for (int id : ids) {
            checkToken(id);
        }
        return ids;
    }

    private void checkToken(int id) {
        int vocabulary = parts.network().vocabulary();
        if (id < 0 || id >= vocabulary) {
            throw InferenceProblem.BAD_TOKEN.with(id, vocabulary);
        }
    }

    private static void checkStops(List<String> stops) {
        if (stops.size() > MOST_STOPS) {
            throw InferenceProblem.BAD_SAMPLING.with(
                    "stop", stops.size() + " strings", "at most " + MOST_STOPS);
        }
        for (var stop : stops) {
            if (stop.isEmpty() || stop.length() > LONGEST_STOP) {
                throw InferenceProblem.BAD_SAMPLING.with(
                        "stop",
                        "a string of " + stop.length() + " characters",
                        "1 to " + LONGEST_STOP);
            }
        }
    }

    /// As a truncating tokenizer does: the text is cut, the closing special token stays.
    private int[] cut(int[] ids) {
        if (ids.length == 0) {
            throw InferenceProblem.EMPTY_PROMPT.with();
        }
        int most = parts.maxInputTokens();
        int[] kept = ids;
        if (ids.length > most) {
            kept = Arrays.copyOf(ids, most);
            int last = ids[ids.length - 1];
            if (parts.tokenizer().isSpecial(last)) {
                kept[most - 1] = last;
            }
        }
        for (int id : kept) {
            checkToken(id);
        }
        return kept;
    }

    private static <T> T result(CompletableFuture<T> future)
            throws IOException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case IOException world -> throw world;
                case RuntimeException ours -> throw ours;
                case null, default -> throw new AssertionError(failed);
            }
        }
    }
}
