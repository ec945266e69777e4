package dev.mens.inference;

import dev.mens.model.Model;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// An engine that several callers use. Once retired it takes no new work, and it closes with its
/// last user.
final class SharedEngine implements LoadedModel, AutoCloseable {
    private final Transformer.Engine engine;
    private final String backend;
    private final Model model;
    private final long weightBytes;
    private final int contextTokens;
    private int users;
    private boolean retired;
    private boolean closed;

    SharedEngine(Transformer.Engine engine, String backend) {
        this.engine = engine;
        this.backend = backend;
        this.model = engine.model();
        this.weightBytes = engine.weightBytes();
        this.contextTokens = engine.contextTokens();
    }

    @Override
    public Model model() {
        return model;
    }

    @Override
    public long weightBytes() {
        return weightBytes;
    }

    @Override
    public int contextTokens() {
        return contextTokens;
    }

    @Override
    public synchronized int activeStreams() {
        return closed ? 0 : engine.activeStreams();
    }

    TokenStream predict(Prompt prompt, SamplingParams sampling) throws BackendLostException {
        enter();
        boolean started = false;
        try {
            var stream = new CountedStream(engine.predict(prompt, sampling));
            started = true;
            return stream;
        } finally {
            if (!started) {
                leave();
            }
        }
    }

    List<float[]> embed(List<String> texts) throws BackendLostException, InterruptedException {
        enter();
        try {
            return engine.embed(texts);
        } finally {
            leave();
        }
    }

    /// Closes now if nobody uses it, otherwise after the last user.
    synchronized void retire() {
        retired = true;
        if (users == 0) {
            close();
        }
    }

    @Override
    public synchronized void close() {
        retired = true;
        if (!closed) {
            closed = true;
            engine.close();
        }
    }

    private synchronized void enter() throws BackendLostException {
        if (retired) {
            throw new BackendLostException(backend, "the model was unloaded");
        }
        users++;
    }

    private synchronized void leave() {
        users--;
        if (retired && users == 0) {
            close();
        }
    }

    /// Tells the engine when it ends.
    private final class CountedStream implements TokenStream {
        private final TokenStream stream;
        private final AtomicBoolean left = new AtomicBoolean();

        CountedStream(TokenStream stream) {
            this.stream = stream;
        }

        @Override
        public TokenEvent next() throws IOException, InterruptedException {
            var event = stream.next();
            if (event instanceof TokenEvent.End) {
                leaveOnce();
            }
            return event;
        }

        @Override
        public void close() {
            stream.close();
            leaveOnce();
        }

        private void leaveOnce() {
            if (left.compareAndSet(false, true)) {
                leave();
            }
        }
    }
}
