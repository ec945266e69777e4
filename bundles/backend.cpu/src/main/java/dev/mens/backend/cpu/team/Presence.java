package dev.mens.backend.cpu.team;

/// How many workers take part in a run. A core that another process holds half of the time holds
/// up every step of a run, so the others are faster without it. Not safe for several threads.
final class Presence {
    /// Of a run's time that one worker waited for others, smoothed: more, and one is left out.
    private static final double TOO_MUCH = 0.3;

    /// How much the last run weighs: a single hiccup is no reason.
    private static final double WEIGHT = 0.25;

    /// Until the one left out is tried again; twice as long each time that it is left out soon
    /// after its return. A hiccup costs little then, and so does a process that stays.
    private static final long LEAST_REST_NANOS = 20_000_000;

    private static final long MOST_REST_NANOS = 640_000_000;

    /// So many runs after a return are soon.
    private static final int SOON_RUNS = 16;

    private final int workers;
    private int present;
    private double waiting;
    private long retryAt;
    private long rest = LEAST_REST_NANOS;
    private int runsSinceReturn = SOON_RUNS;

    Presence(int workers) {
        this.workers = workers;
        this.present = workers;
    }

    /// @param now on the clock of {@link System#nanoTime}
    int at(long now) {
        if (present < workers && now - retryAt >= 0) {
            present++;
            runsSinceReturn = 0;
        }
        return present;
    }

    /// Learns from a run.
    ///
    /// @param waitedNanos of the worker that waited longest
    void ran(long now, long nanos, long waitedNanos) {
        waiting += WEIGHT * ((double) waitedNanos / Math.max(1, nanos) - waiting);
        runsSinceReturn = Math.min(SOON_RUNS, runsSinceReturn + 1);
        if (waiting > TOO_MUCH && present > 1) {
            present--;
            waiting = 0;
            boolean soon = runsSinceReturn < SOON_RUNS;
            rest = soon ? Math.min(MOST_REST_NANOS, 2 * rest) : LEAST_REST_NANOS;
            retryAt = now + rest;
        }
    }
}
