package dev.mens.remote;

import dev.mens.inference.BackendCapabilities;
import dev.mens.inference.BackendLostException;
import dev.mens.inference.Dispatcher;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenEvent;
import dev.mens.inference.TokenStream;
import dev.mens.model.Model;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts up from the tokens that a prompt has already; remembers what it was asked.
final class CountingDispatcher implements Dispatcher {
    final AtomicInteger generated = new AtomicInteger();
    final CountDownLatch closed = new CountDownLatch(1);
    volatile Prompt prompt = Prompt.of("");
    volatile SamplingParams sampling = SamplingParams.defaults();
    volatile RuntimeException fault;

    /// Why streams lose their backend; empty if they do not.
    volatile String lost = "";

    @Override
    public TokenStream submitTo(String backend, Model model, Prompt asked, SamplingParams rules)
            throws IOException {
        prompt = asked;
        sampling = rules;
        if (fault != null) {
            throw fault;
        }
        return new Counting(asked.continued().size(), rules.maxTokens().orElse(1 << 20));
    }

    private final class Counting implements TokenStream {
        private final int limit;
        private int at;

        Counting(int at, int limit) {
            this.at = at;
            this.limit = limit;
        }

        @Override
        public TokenEvent next() throws BackendLostException {
            if (!lost.isEmpty()) {
                throw new BackendLostException("cpu", lost);
            }
            if (at == limit) {
                return new TokenEvent.End(
                        TokenEvent.Reason.MAX_TOKENS,
                        ".",
                        new TokenEvent.Usage(3, at, Duration.ofMillis(5), Duration.ofMillis(7)));
            }
            generated.incrementAndGet();
            var other = new TokenEvent.Alternative(at + 1, "é", -2.5f);
            return new TokenEvent.Token(at, " " + at++, -0.5f, List.of(other));
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    @Override
    public List<BackendStatus> ownBackends() {
        var capabilities = new BackendCapabilities(0, 0, 0, 0, true, Set.of(), "fixture");
        return List.of(
                new BackendStatus("cpu", capabilities, List.of(), 0, 0, Instant.EPOCH),
                new BackendStatus("second", capabilities, List.of(), 0, 0, Instant.EPOCH));
    }

    @Override
    public List<BackendStatus> backends() {
        throw new AssertionError("peers are served by own backends only");
    }

    @Override
    public TokenStream submit(Model model, Prompt asked, SamplingParams rules) {
        throw new AssertionError("a peer's prompt must not be passed on");
    }

    @Override
    public List<float[]> embed(Model model, List<String> texts) {
        throw new AssertionError();
    }

    @Override
    public List<Candidate> route(Model model) {
        throw new AssertionError();
    }

    @Override
    public void unload(Model model) {
        throw new AssertionError();
    }
}
