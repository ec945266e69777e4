package dev.mens.backend.cpu.vector;

import dev.mens.compute.Program;
import java.lang.foreign.Arena;
import java.util.Arrays;

/// Keys and values of one sequence in pages, which are allocated as it grows. Its tokens are kept
/// too, from which it is made anew where rotary frequencies change with the length.
final class FastCache implements Program.Cache {
    private final CacheShape shape;
    private final Arena arena = Arena.ofShared();

    /// Address of the addresses of pages.
    private final long pages;

    private final int[] tokens;
    private int allocated;
    private int length;

    FastCache(CacheShape shape, int capacityTokens) {
        this.shape = shape;
        this.tokens = new int[capacityTokens];
        this.pages = Memory.allocate(arena, 8L * CacheShape.pages(capacityTokens));
    }

    /// @throws IllegalStateException if there is no room; callers plan their capacity
    void requireRoom(int more) {
        if (more > tokens.length - length) {
            throw new IllegalStateException(
                    "a cache of " + tokens.length + " holds " + length + ", so no " + more);
        }
        for (int needed = CacheShape.pages(length + more); allocated < needed; allocated++) {
            Memory.setPointer(pages + 8L * allocated, Memory.allocate(arena, shape.pageBytes()));
        }
    }

    /// Address of the addresses of all pages.
    long pages() {
        return pages;
    }

    /// Address of the page that holds a position.
    long page(int position) {
        return Memory.pointer(pages + 8L * (position / CacheShape.PAGE));
    }

    /// The tokens so far followed by `next`.
    int[] with(int[] next) {
        var all = Arrays.copyOf(tokens, length + next.length);
        System.arraycopy(next, 0, all, length, next.length);
        return all;
    }

    void append(int[] next) {
        System.arraycopy(next, 0, tokens, length, next.length);
        length += next.length;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public int capacity() {
        return tokens.length;
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
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
