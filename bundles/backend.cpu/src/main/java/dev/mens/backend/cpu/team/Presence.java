package dev.mens.backend.cpu.team;

/// How many workers take part in a run. A core that another process holds half of the time holds
/// up every step of a run, so the others are faster without it. Not safe for several threads.
final class Presence {
    /// Of a run's time that one worker waited for others, smoothed: more, and one is left out.
    private static final double TOO_MUCH = 0.3;

    /// How much the last run weighs: a single hiccup is no reason.
    private static final double WEIGHT = 0.25;

    /// Until the one left out is tried again.
    private static final long REST_NANOS = 150_000_000;

    private final int workers;
    private int present;
    private double waiting;
    private long retryAt;

    Presence(int workers) {
        this.workers = workers;
        this.present = workers;
    }

    /// @param now on the clock of {@link System#nanoTime}
    int at(long now) {
        if (present < workers && now - retryAt >= 0) {
            present++;
        }
        return present;
    }

    /// Learns from a run.
    ///
    /// @param waitedNanos of the worker that waited longest
    void ran(long now, long nanos, long waitedNanos) {
        waiting += WEIGHT * ((double) waitedNanos / Math.max(1, nanos) - waiting);
        if (waiting > TOO_MUCH && present > 1) {
            present--;
            waiting = 0;
            retryAt = now + REST_NANOS;
        }
    }
}
