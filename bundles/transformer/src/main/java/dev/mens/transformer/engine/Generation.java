package dev.mens.transformer.engine;

import dev.mens.inference.BackendLostException;
import dev.mens.inference.TokenEvent;
import dev.mens.inference.TokenEvent.End;
import dev.mens.inference.TokenEvent.Reason;
import dev.mens.inference.TokenEvent.Usage;
import dev.mens.inference.TokenStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The mailbox between the engine's thread, which puts events, and the caller, who takes them.
final class Generation implements TokenStream {
    /// Events that may wait; a stream that nobody reads pauses there.
    private static final int MOST_WAITING = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<TokenEvent> events = new ArrayDeque<>();
    private final Doorbell doorbell;
    private @Nullable End end;
    private @Nullable RuntimeException failure;
    private @Nullable String lost;
    private String backend = "";
    private boolean cancelled;

    Generation(Doorbell doorbell) {
        this.doorbell = doorbell;
    }

    /// How a stream tells its engine that something has changed.
    interface Doorbell {
        /// There is room for events again.
        void roomAgain();

        void cancelled(Generation stream);
    }

    @Override
    public TokenEvent next() throws IOException, InterruptedException {
        boolean drained = false;
        TokenEvent event;
        lock.lockInterruptibly();
        try {
            while (events.isEmpty() && !over()) {
                changed.await();
            }
            event = events.poll();
            drained = events.size() == MOST_WAITING / 2;
            if (event == null) {
                event = last();
            }
        } finally {
            lock.unlock();
        }
        if (drained) {
            doorbell.roomAgain();
        }
        return event;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (over()) {
                return;
            }
            cancelled = true;
            events.clear();
            end = new End(Reason.CANCELLED, "", new Usage(0, 0, Duration.ZERO, Duration.ZERO));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        doorbell.cancelled(this);
    }

    boolean isCancelled() {
        lock.lock();
        try {
            return cancelled;
        } finally {
            lock.unlock();
        }
    }

    boolean hasRoom() {
        lock.lock();
        try {
            return events.size() < MOST_WAITING;
        } finally {
            lock.unlock();
        }
    }

    void put(TokenEvent.Token token) {
        lock.lock();
        try {
            if (!over()) {
                events.add(token);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    void end(End reached) {
        finish(() -> end = reached);
    }

    void fail(RuntimeException problem) {
        finish(() -> failure = problem);
    }

    void lose(String by, String reason) {
        finish(
                () -> {
                    backend = by;
                    lost = reason;
                });
    }

    private void finish(Runnable outcome) {
        lock.lock();
        try {
            if (!over()) {
                outcome.run();
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean over() {
        return end != null || failure != null || lost != null;
    }

    private TokenEvent last() throws BackendLostException {
        if (failure != null) {
            throw failure;
        }
        if (lost != null) {
            throw new BackendLostException(backend, lost);
        }
        return Objects.requireNonNull(end);
    }
}
