package dev.mens.backend.cpu.limits;

import dev.mens.backend.cpu.team.Job;
import dev.mens.backend.cpu.team.Team;

/// One step of equal items, repeated for a while.
abstract class Timed implements Job {
    private static final long ENOUGH_NANOS = 600_000_000;
    private static final int LEAST_TURNS = 5;

    private final int items;

    Timed(int items) {
        this.items = items;
    }

    /// The shortest of many turns: what interferes only makes them longer.
    final double seconds(Team team) throws InterruptedException {
        long best = Long.MAX_VALUE;
        long began = System.nanoTime();
        for (int turn = 0; turn < LEAST_TURNS || System.nanoTime() - began < ENOUGH_NANOS; turn++) {
            long from = System.nanoTime();
            team.run(this);
            best = Math.min(best, System.nanoTime() - from);
        }
        return best / 1e9;
    }

    @Override
    public final int steps() {
        return 1;
    }

    @Override
    public final int items(int step) {
        return items;
    }

    @Override
    public final int chunk(int step, int workers) {
        return 1;
    }

    @Override
    public final boolean alone(int step) {
        return false;
    }

    @Override
    public final void work(int step, int worker, int from, int to) {
        for (int item = from; item < to; item++) {
            work(worker, item);
        }
    }

    abstract void work(int worker, int item);
}
