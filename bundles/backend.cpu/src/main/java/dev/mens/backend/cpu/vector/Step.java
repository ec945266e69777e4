package dev.mens.backend.cpu.vector;

/// One step of a program; its items may be computed in any order and by any worker.
interface Step {
    int items(Frame frame);

    /// Items that a worker takes at least.
    default int chunk(Frame frame, int workers) {
        return Math.max(1, items(frame) / (4 * workers));
    }

    /// Whether it is too little to share; see {@link dev.mens.backend.cpu.team.Job#alone}.
    default boolean alone(Frame frame) {
        return false;
    }

    /// Loads a piece of the weights of items `from` and on into the cache, while there is nothing
    /// else to do.
    ///
    /// @param turn which piece
    /// @return whether there are more
    default boolean ahead(Frame frame, int from, int turn) {
        return false;
    }

    /// Whether it reads weights, which {@link #ahead} may load.
    default boolean weighs() {
        return false;
    }

    void work(Frame frame, int worker, int from, int to);
}
