package dev.mens.backend.cuda.memory;

import static dev.mens.backend.cuda.CudaProblem.TOO_MANY;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntConsumer;

/// Which pages each sequence has, as the devices are told. Row 0 belongs to nobody and names only
/// page 0.
public final class PageTable {
    private final int[][] pages;
    private final BitSet taken = new BitSet();
    private final BitSet changed = new BitSet();

    public PageTable(int sequences, int mostPages) {
        pages = new int[sequences][mostPages];
        taken.set(0);
        changed.set(0);
    }

    /// A row for a new sequence.
    ///
    /// @throws dev.mens.diagnostics.ProblemException vox/cuda/too-many
    public int take() {
        int row = taken.nextClearBit(1);
        if (row == pages.length) {
            throw TOO_MANY.with(pages.length - 1);
        }
        taken.set(row);
        return row;
    }

    public void give(int row) {
        taken.clear(row);
        Arrays.fill(pages[row], 0);
        changed.set(row);
    }

    public void set(int row, int index, int page) {
        pages[row][index] = page;
        changed.set(row);
    }

    /// The pages of a row, not to be changed.
    public int[] row(int row) {
        return pages[row];
    }

    public int mostPages() {
        return pages[0].length;
    }

    /// Visits the rows that changed since the last call.
    public void changes(IntConsumer visitor) {
        changed.stream().forEach(visitor);
        changed.clear();
    }

    /// Has every row visited again, for a device that forgot them.
    public void changeAll() {
        changed.set(0, pages.length);
    }
}
