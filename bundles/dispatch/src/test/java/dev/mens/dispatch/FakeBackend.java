package dev.mens.dispatch;

import dev.mens.inference.BackendCapabilities;
import dev.mens.inference.BackendLostException;
import dev.mens.inference.InferenceBackend;
import dev.mens.inference.LoadedModel;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenEvent;
import dev.mens.inference.TokenStream;
import dev.mens.inference.Verdict;
import dev.mens.model.Model;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// A backend whose greedy text counts: token `n` is the number `n` with the text ` n`. It ends
/// with the caller's limit, and can be lost at any token.
final class FakeBackend implements InferenceBackend {
    final AtomicInteger loads = new AtomicInteger();
    final AtomicInteger predictions = new AtomicInteger();
    final Set<String> unloaded = ConcurrentHashMap.newKeySet();
    final Set<Long> seeds = ConcurrentHashMap.newKeySet();
    final CountDownLatch mayLoad;
    private final String id;
    private BackendCapabilities capabilities;
    private Verdict verdict = new Verdict.Yes("it can count");
    private int dieAtToken = Integer.MAX_VALUE;
    private RuntimeException fault;
    private IOException loadFault;
    private volatile boolean dead;

    FakeBackend(String id) {
        this(id, Fixtures.capabilities(0, 0, 0));
    }

    FakeBackend(String id, BackendCapabilities capabilities) {
        this(id, capabilities, new CountDownLatch(0));
    }

    FakeBackend(String id, BackendCapabilities capabilities, CountDownLatch mayLoad) {
        this.id = id;
        this.capabilities = capabilities;
        this.mayLoad = mayLoad;
    }

    FakeBackend refusing(String reason) {
        verdict = new Verdict.No(reason);
        return this;
    }

    /// Every stream is lost instead of giving this token.
    FakeBackend dyingAt(int token) {
        dieAtToken = token;
        return this;
    }

    FakeBackend failingWith(RuntimeException instead) {
        fault = instead;
        return this;
    }

    FakeBackend failingToLoad(IOException instead) {
        loadFault = instead;
        return this;
    }

    /// As when its bundle stops: every stream ends.
    void die() {
        dead = true;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public BackendCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public Verdict canServe(Model model) {
        return verdict;
    }

    @Override
    public LoadedModel load(Model model) throws IOException {
        loads.incrementAndGet();
        try {
            mayLoad.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (loadFault != null) {
            throw loadFault;
        }
        return new Loaded(model);
    }

    record Loaded(Model model) implements LoadedModel {
        @Override
        public long weightBytes() {
            return model.facts().weightBytes();
        }

        @Override
        public int contextTokens() {
            return model.facts().contextTokens();
        }

        @Override
        public int activeStreams() {
            return 0;
        }
    }

    @Override
    public TokenStream predict(LoadedModel model, Prompt prompt, SamplingParams sampling)
            throws IOException {
        predictions.incrementAndGet();
        seeds.add(sampling.seed().orElseThrow());
        if (dead) {
            throw new BackendLostException(id, "it died");
        }
        return new Counting(prompt, sampling.maxTokens().orElse(1000));
    }

    @Override
    public List<float[]> embed(LoadedModel model, List<String> texts) throws IOException {
        if (dead) {
            throw new BackendLostException(id, "it died");
        }
        return texts.stream().map(text -> new float[] {text.length()}).toList();
    }

    @Override
    public void unload(LoadedModel model) {
        unloaded.add(model.model().name());
    }

    private final class Counting implements TokenStream {
        private final List<Integer> tokens;
        private final int limit;
        private volatile boolean closed;

        Counting(Prompt prompt, int limit) {
            this.tokens = new ArrayList<>(prompt.continued());
            this.limit = limit;
        }

        @Override
        public TokenEvent next() throws IOException {
            int next = tokens.size();
            if (closed) {
                return end(TokenEvent.Reason.CANCELLED);
            }
            if (dead || next == dieAtToken) {
                throw new BackendLostException(id, "it died");
            }
            if (fault != null) {
                throw fault;
            }
            if (next == limit) {
                return end(TokenEvent.Reason.MAX_TOKENS);
            }
            tokens.add(next);
            return new TokenEvent.Token(next, " " + next, 0, List.of());
        }

        private TokenEvent end(TokenEvent.Reason reason) {
            var usage = new TokenEvent.Usage(3, tokens.size(), Duration.ZERO, Duration.ZERO);
            return new TokenEvent.End(reason, ".", usage);
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
