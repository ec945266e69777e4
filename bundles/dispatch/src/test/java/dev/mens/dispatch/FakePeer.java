package dev.mens.dispatch;

import dev.mens.inference.BackendCapabilities;
import dev.mens.inference.LoadedModel;
import dev.mens.inference.Prompt;
import dev.mens.inference.RemoteBackend;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenEvent;
import dev.mens.inference.TokenStream;
import dev.mens.inference.Verdict;
import dev.mens.model.Model;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// A {@link FakeBackend} at a peer, with or without the model, and as slow as a test wants it.
record FakePeer(FakeBackend backend, boolean has, Duration perToken) implements RemoteBackend {
    FakePeer(String id) {
        this(new FakeBackend(id), true, Duration.ZERO);
    }

    @Override
    public boolean holds(Model model) {
        return has;
    }

    @Override
    public int busyStreams() {
        return 0;
    }

    @Override
    public String id() {
        return backend.id();
    }

    @Override
    public BackendCapabilities capabilities() {
        return backend.capabilities();
    }

    @Override
    public Verdict canServe(Model model) {
        return backend.canServe(model);
    }

    @Override
    public LoadedModel load(Model model) throws IOException {
        return backend.load(model);
    }

    @Override
    public TokenStream predict(LoadedModel model, Prompt prompt, SamplingParams sampling)
            throws IOException {
        var stream = backend.predict(model, prompt, sampling);
        return new TokenStream() {
            @Override
            public TokenEvent next() throws IOException, InterruptedException {
                // The passing of time is what the test is about.
                long until = System.nanoTime() + perToken.toNanos();
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
                return stream.next();
            }

            @Override
            public void close() {
                stream.close();
            }
        };
    }

    @Override
    public List<float[]> embed(LoadedModel model, List<String> texts) throws IOException {
        return backend.embed(model, texts);
    }

    @Override
    public void unload(LoadedModel model) {
        backend.unload(model);
    }
}
