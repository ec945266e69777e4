package dev.mens.console.local;

/// What a connection runs.
interface Session {
    /// Runs to the end on the calling thread.
    ///
    /// @return the exit code
    int run();

    /// Ctrl-C.
    void interrupt();

    /// @param columns of the client's terminal
    void resize(int columns, int rows);

    /// The client is gone.
    default void hangUp(Thread runner) {
        runner.interrupt();
    }
}
