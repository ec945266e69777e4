package dev.mens.backend.cpu.team;

/// Steps that follow each other; the items of one step are independent of each other.
public interface Job {
    int steps();

    /// Items of a step, asked by every worker once all earlier steps are done; the same for all.
    int items(int step);

    /// How many items a worker takes at least; more is less overhead, fewer is fairer.
    int chunk(int step, int workers);

    /// Whether a step is so little that meeting after it costs more than it does. Whoever arrives
    /// last at the end of the step before computes all of it; the others wait for that anyway.
    boolean alone(int step);

    /// Loads a piece of what a worker will read first in a later step, while it waits until `step`
    /// may begin. Called again and again, so a piece must take much less than a step does.
    ///
    /// @param present workers that share this run
    /// @param turn how many pieces it has loaded in this wait
    /// @return whether there are more
    default boolean ahead(int step, int worker, int present, int turn) {
        return false;
    }

    /// Computes items `from` (inclusive) to `to` (exclusive).
    ///
    /// @param worker 0 to `workers − 1`, so that each may have scratch memory of its own
    void work(int step, int worker, int from, int to);
}
