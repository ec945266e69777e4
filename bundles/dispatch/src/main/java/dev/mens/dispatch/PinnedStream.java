package dev.mens.dispatch;

import dev.mens.inference.BackendLostException;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenEvent;
import dev.mens.inference.TokenStream;
import java.io.IOException;

/// A stream that stays on one backend: whoever asked for it moves it elsewhere.
final class PinnedStream implements TokenStream {
    private final Slot.Lease lease;
    private final Turns.Turn turn;
    private final TokenStream stream;
    private volatile boolean closed;

    private PinnedStream(Slot.Lease lease, Turns.Turn turn, TokenStream stream) {
        this.lease = lease;
        this.turn = turn;
        this.stream = stream;
    }

    static PinnedStream start(
            Slot.Lease lease, Turns.Turn turn, Prompt prompt, SamplingParams sampling)
            throws IOException {
        boolean started = false;
        try {
            var stream = lease.slot().backend().predict(lease.loaded(), prompt, sampling);
            lease.holds(stream);
            started = true;
            return new PinnedStream(lease, turn, stream);
        } finally {
            if (!started) {
                lease.close();
            }
        }
    }

    @Override
    public TokenEvent next() throws IOException, InterruptedException {
        try {
            var event = stream.next();
            boolean lost =
                    event instanceof TokenEvent.End over
                            && over.reason() == TokenEvent.Reason.CANCELLED
                            && !closed;
            if (lost) {
                throw gone();
            }
            return event;
        } catch (RuntimeException | LinkageError e) {
            // Once its service is gone, anything may fail, such as classes not loaded in time.
            if (lease.slot().gone()) {
                throw gone();
            }
            throw e;
        }
    }

    private BackendLostException gone() {
        return new BackendLostException(lease.slot().id(), "it was stopping");
    }

    @Override
    public void close() {
        closed = true;
        lease.close();
        turn.close();
    }
}
