package dev.mens.backend.cpu.team;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The worker threads of all programs of one backend. The caller of {@link #run} is worker 0.
///
/// A step of a small model takes microseconds, so workers wait for each other by spinning; but
/// only for a bounded time, then they park: a worker that lost its core to another process must
/// not be starved by those that wait for it. Meanwhile they load what they will read next, because
/// memory would be idle otherwise ({@link Job#ahead}). Each worker has a share of a step's items
/// side by side, which memory delivers as one stream; whoever is done takes over what is left of
/// others' shares, so a slow worker does less. Where runs spend their time waiting for one that has
/// no core, the next ones do with a worker less, until {@link Presence} tries again.
public final class Team implements AutoCloseable {
    /// About 50 µs: longer than any step's skew on idle cores, much shorter than a time slice.
    private static final int SPINS = 1500;

    /// Elements from one worker's to the next's: at least a cache line, so that no two write
    /// to one.
    private static final int APART = 16;

    /// Of what is left of a share, one part of so many is taken at once: large pieces first,
    /// because memory is slow wherever a stream begins, and small ones last, so that all are done
    /// together.
    private static final int PART = 4;

    private static final int PRESENT_BITS = 16;

    private final int workers;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReferenceArray<@Nullable Thread> parked;

    /// Items taken of each worker's share, {@link #APART} apart.
    private final AtomicIntegerArray taken;

    private final AtomicInteger arrived = new AtomicInteger();
    private volatile int phase;

    /// The first step that is shared. Written before the generation and read after it.
    private int startAt;

    /// The step that follows a meeting. Written before the phase and read after it.
    private int resumeAt;

    /// The number of the run and how many workers it has, so that a worker that wakes up late
    /// never takes part in a run that does not wait for it.
    private volatile long generation;

    private final Presence presence;

    /// Nanoseconds that each worker waited in this run, {@link #APART} apart.
    private final long[] waited;

    private volatile boolean closed;

    /// Workers leave before this step. Set before arriving at the end of the step before it, so
    /// all see it.
    private volatile int stopBefore;

    private volatile @Nullable Throwable failure;
    private volatile @Nullable Job job;

    public Team(int workers) {
        if (workers < 1 || workers > 1024) {
            throw new IllegalArgumentException("workers: " + workers);
        }
        this.workers = workers;
        this.parked = new AtomicReferenceArray<>(workers);
        this.taken = new AtomicIntegerArray(workers * APART);
        this.presence = new Presence(workers);
        this.waited = new long[workers * APART];
    }

    public int workers() {
        return workers;
    }

    /// Runs all steps; several callers take turns.
    ///
    /// @throws InterruptedException if the caller was interrupted; no worker touches the job then
    public void run(Job next) throws InterruptedException {
        turn.lockInterruptibly();
        try {
            if (closed) {
                throw new IllegalStateException("the team is closed");
            }
            startThreads();
            stopBefore = Integer.MAX_VALUE;
            failure = null;
            job = next;
            Arrays.fill(waited, 0);
            long began = System.nanoTime();
            int present = presence.at(began);
            // Waking takes as long as the first steps, which nobody shares.
            wake(1, present);
            startAt = alone(next, 0, 0);
            // One writer: the holder of the turn.
            generation = ((generation >> PRESENT_BITS) + 1) << PRESENT_BITS | present;
            wake(1, present);
            boolean interrupted = take(next, 0, present);
            job = null;
            long ended = System.nanoTime();
            presence.ran(ended, ended - began, longestWait());
            rethrow(failure);
            if (interrupted) {
                throw new InterruptedException();
            }
        } finally {
            turn.unlock();
        }
    }

    private void wake(int first, int present) {
        for (int w = first; w < present; w++) {
            LockSupport.unpark(parked.get(w));
        }
    }

    private long longestWait() {
        long longest = 0;
        for (int w = 0; w < workers; w++) {
            longest = Math.max(longest, waited[w * APART]);
        }
        return longest;
    }

    /// Ends the threads; waits for a run that is under way.
    @Override
    public void close() {
        turn.lock();
        try {
            closed = true;
            threads.forEach(LockSupport::unpark);
        } finally {
            turn.unlock();
        }
        boolean interrupted = false;
        for (var thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void startThreads() {
        while (threads.size() < workers - 1) {
            int worker = threads.size() + 1;
            long seen = generation;
            var thread =
                    Thread.ofPlatform()
                            .name("mens-cpu-" + worker)
                            .daemon(true)
                            .inheritInheritableThreadLocals(false)
                            .unstarted(() -> serve(worker, seen));
            thread.setContextClassLoader(null);
            threads.add(thread);
            thread.start();
        }
    }

    private void serve(int worker, long seenBefore) {
        long seen = seenBefore;
        while (true) {
            while (generation == seen && !closed) {
                for (int spin = 0; spin < SPINS && generation == seen; spin++) {
                    Thread.onSpinWait();
                }
                parked.set(worker, Thread.currentThread());
                if (generation == seen && !closed) {
                    LockSupport.park(this);
                }
                parked.set(worker, null);
            }
            if (generation == seen) {
                return;
            }
            seen = generation;
            int present = (int) (seen & ((1 << PRESENT_BITS) - 1));
            var given = job;
            if (worker < present && given != null) {
                take(given, worker, present);
            }
        }
    }

    /// @return whether the thread was interrupted meanwhile (worker 0 only)
    private boolean take(Job given, int worker, int present) {
        boolean interrupted = false;
        int steps = given.steps();
        int step = startAt;
        while (step < steps && step < stopBefore) {
            if (worker == 0 && Thread.interrupted()) {
                interrupted = true;
            }
            int items = given.items(step);
            step++;
            if (items > 0) {
                if (interrupted) {
                    stopBefore = step;
                } else {
                    work(given, worker, present, step - 1, items);
                }
                await(given, worker, present, step);
                step = resumeAt;
            }
        }
        await(given, worker, present, steps);
        return interrupted;
    }

    private void work(Job given, int worker, int present, int step, int items) {
        try {
            int chunk = Math.max(1, given.chunk(step, workers));
            for (int w = 0; w < present; w++) {
                share(given, worker, present, (worker + w) % present, step, items, chunk);
            }
        } catch (RuntimeException | Error thrown) {
            failure = thrown;
            stopBefore = step + 1;
        }
    }

    /// Where a worker's share of a step's items begins.
    public static int firstItem(int items, int worker, int present) {
        return (int) ((long) items * worker / present);
    }

    /// Works on what is left of a share.
    private void share(
            Job given, int worker, int present, int share, int step, int items, int chunk) {
        int start = firstItem(items, share, present);
        int end = firstItem(items, share + 1, present);
        int at = share * APART;
        int done;
        while (start + (done = taken.get(at)) < end) {
            int left = end - start - done;
            int more = Math.min(left, Math.max(chunk, left / PART));
            if (taken.compareAndSet(at, done, done + more)) {
                given.work(step, worker, start + done, start + done + more);
            }
        }
    }

    /// Steps that one worker computes alone, from `step` on.
    ///
    /// @return the first step behind them
    private int alone(Job given, int worker, int step) {
        int at = step;
        while (at < given.steps() && at < stopBefore && given.alone(at)) {
            int items = given.items(at);
            try {
                if (items > 0) {
                    given.work(at, worker, 0, items);
                }
            } catch (RuntimeException | Error thrown) {
                failure = thrown;
                stopBefore = at;
            }
            at++;
        }
        return at;
    }

    /// Waits until all have arrived before step `upcoming`.
    private void await(Job given, int worker, int present, int upcoming) {
        int before = phase;
        if (arrived.incrementAndGet() == present) {
            arrived.set(0);
            for (int w = 0; w < present; w++) {
                taken.set(w * APART, 0);
            }
            resumeAt = alone(given, worker, upcoming);
            phase = before + 1;
            wake(0, present);
            return;
        }
        long began = System.nanoTime();
        pause(given, worker, present, upcoming, before);
        waited[worker * APART] += System.nanoTime() - began;
    }

    private void pause(Job given, int worker, int present, int upcoming, int before) {
        boolean more = true;
        for (int spin = 0; spin < SPINS; spin++) {
            if (phase != before) {
                return;
            }
            if (more) {
                more = given.ahead(upcoming, worker, present, spin);
            } else {
                Thread.onSpinWait();
            }
        }
        while (phase == before) {
            parked.set(worker, Thread.currentThread());
            if (phase == before) {
                LockSupport.park(this);
            }
            parked.set(worker, null);
        }
    }

    private static void rethrow(@Nullable Throwable thrown) {
        switch (thrown) {
            case null -> {}
            case RuntimeException exception -> throw exception;
            case Error error -> throw error;
            default -> throw new AssertionError(thrown);
        }
    }
}
