package dev.mens.backend.cpu.vector;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Consecutive tokens of one sequence within a {@link Frame}, which uses it again for the next.
final class Part {
    private @Nullable FastCache cache;
    private int firstRow;
    private int rows;
    private int start;
    private int total;

    void set(FastCache cache, int firstRow, int rows, int start, int total) {
        this.cache = cache;
        this.firstRow = firstRow;
        this.rows = rows;
        this.start = start;
        this.total = total;
    }

    FastCache cache() {
        return Objects.requireNonNull(cache);
    }

    /// Of the frame.
    int firstRow() {
        return firstRow;
    }

    int rows() {
        return rows;
    }

    /// Position of the first row.
    int start() {
        return start;
    }

    /// Length of the sequence once all of it is computed, also what follows in later frames.
    int total() {
        return total;
    }
}
