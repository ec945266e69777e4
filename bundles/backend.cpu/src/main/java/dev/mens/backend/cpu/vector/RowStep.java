package dev.mens.backend.cpu.vector;

/// A step whose items are rows, each a microsecond's work.
interface RowStep extends Step {
    /// Two rows take no longer than it takes two workers to meet.
    int ALONE_ROWS = 2;

    @Override
    default boolean alone(Frame frame) {
        return items(frame) <= ALONE_ROWS;
    }
}
