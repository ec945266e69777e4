package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.memory.PagePool;
import dev.mens.backend.cuda.memory.PageTable;
import dev.mens.compute.Program;
import java.util.Arrays;

/// The pages of one sequence, and its tokens, from which they can be filled again.
final class PagedCache implements Program.Cache {
    private final PagePool pool;
    private final PageTable table;
    private final int capacity;
    private final int row;
    private int[] tokens = new int[PagePool.PAGE_TOKENS];
    private int length;
    private int pages;
    private boolean closed;

    /// Which life of the device its pages were filled in.
    private int life;

    PagedCache(PagePool pool, PageTable table, int capacity, int life) {
        this.pool = pool;
        this.table = table;
        this.capacity = capacity;
        this.life = life;
        pool.promise(PagePool.pagesFor(capacity));
        boolean whole = false;
        try {
            row = table.take();
            whole = true;
        } finally {
            if (!whole) {
                pool.release(PagePool.pagesFor(capacity));
            }
        }
    }

    /// Row of the page table.
    int row() {
        return row;
    }

    /// Makes room for positions up to `end`, which becomes the length once {@link #append} says so.
    void reach(int end) {
        if (end > capacity) {
            throw new IllegalStateException(
                    "a cache of " + capacity + " cannot hold " + end + " tokens");
        }
        while (pages < PagePool.pagesFor(end)) {
            table.set(row, pages++, pool.take());
        }
    }

    void append(int[] next) {
        if (length + next.length > tokens.length) {
            tokens = Arrays.copyOf(tokens, Math.max(2 * tokens.length, length + next.length));
        }
        System.arraycopy(next, 0, tokens, length, next.length);
        length += next.length;
    }

    /// The tokens so far.
    int[] tokens() {
        return Arrays.copyOf(tokens, length);
    }

    /// The tokens so far followed by `next`.
    int[] with(int[] next) {
        var all = Arrays.copyOf(tokens, length + next.length);
        System.arraycopy(next, 0, all, length, next.length);
        return all;
    }

    boolean isFrom(int life) {
        return this.life == life;
    }

    void filledIn(int life) {
        this.life = life;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public void truncate(int length) {
        if (length < 0 || length > this.length) {
            throw new IllegalArgumentException(length + " of " + this.length);
        }
        this.length = length;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (int i = 0; i < pages; i++) {
            pool.give(table.row(row)[i]);
        }
        table.give(row);
        pool.release(PagePool.pagesFor(capacity));
    }
}
