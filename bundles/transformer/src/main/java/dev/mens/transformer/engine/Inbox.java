package dev.mens.transformer.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What callers hand to the engine's thread, and how they wake or interrupt it.
final class Inbox implements Generation.Doorbell {
    /// A step with fewer rows is over sooner than an interruption pays.
    private static final int LONG_ROWS = 32;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition rung = lock.newCondition();
    private final Deque<Sequence> arrivals = new ArrayDeque<>();
    private final List<EmbedJob> embedJobs = new ArrayList<>();
    private final List<Generation> longPrompts = new ArrayList<>();
    private final AtomicInteger streams = new AtomicInteger();
    private @Nullable Thread inside;
    private boolean rings;
    private boolean closed;

    /// @return false if the engine is closed
    boolean submit(Sequence sequence) {
        lock.lock();
        try {
            if (!closed) {
                streams.incrementAndGet();
                arrivals.add(sequence);
                ring();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /// @return false if the engine is closed
    boolean submit(EmbedJob job) {
        lock.lock();
        try {
            if (!closed) {
                embedJobs.add(job);
                ring();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /// Streams that run or wait.
    int streams() {
        return streams.get();
    }

    void left() {
        streams.decrementAndGet();
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            ring();
            if (inside != null) {
                inside.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    boolean closed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void roomAgain() {
        lock.lock();
        try {
            ring();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void cancelled(Generation stream) {
        lock.lock();
        try {
            ring();
            if (inside != null && longPrompts.contains(stream)) {
                inside.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes at most `most` streams that wait, the longest waiting first.
    List<Sequence> arrivals(int most) {
        lock.lock();
        try {
            var taken = new ArrayList<Sequence>();
            while (taken.size() < most && !arrivals.isEmpty()) {
                taken.add(arrivals.remove());
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    List<EmbedJob> embedJobs() {
        lock.lock();
        try {
            var taken = List.copyOf(embedJobs);
            embedJobs.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /// The calling thread begins a step that callers may interrupt.
    void enter(List<Sequence> batched) throws InterruptedException {
        lock.lock();
        try {
            if (closed) {
                throw new InterruptedException("closed");
            }
            inside = Thread.currentThread();
            for (var sequence : batched) {
                if (sequence.pending() > LONG_ROWS) {
                    longPrompts.add(sequence.stream());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// The step is over; an interruption that came too late is forgotten.
    void leave() {
        lock.lock();
        try {
            inside = null;
            longPrompts.clear();
            Thread.interrupted();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until something happens that {@link #await} has not seen yet.
    void await() {
        lock.lock();
        try {
            while (!rings) {
                rung.awaitUninterruptibly();
            }
            rings = false;
        } finally {
            lock.unlock();
        }
    }

    private void ring() {
        rings = true;
        rung.signal();
    }
}
