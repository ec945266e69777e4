package dev.mens.backend.cuda.memory;

import static dev.mens.backend.cuda.CudaProblem.CACHE_FULL;

import java.util.BitSet;

/// Accounts of the pages that hold keys and values. Pages are promised to sequences before they
/// are used, so that a batch never runs out of them half-way; they are backed by memory in
/// granules of many pages, which stay once they came.
///
/// Page 0 belongs to nobody: rows that only fill up a batch write there.
public final class PagePool {
    /// Tokens in one page, as the kernels have it.
    public static final int PAGE_TOKENS = 64;

    private final int pages;
    private final long pageBytes;
    private final int granulePages;
    private final Backing backing;
    private final BitSet used = new BitSet();
    private int promised;
    private int backed;

    /// Gives pages memory.
    @FunctionalInterface
    public interface Backing {
        /// @throws dev.mens.backend.cuda.gpu.GpuException if the device has no more
        void back(int firstPage, int pages);
    }

    /// @param pages that there may be at most, the one of nobody included
    /// @param pageBytes of one page in all layers
    /// @param granulePages backed at a time
    public PagePool(int pages, long pageBytes, int granulePages, Backing backing) {
        this.pages = pages;
        this.pageBytes = pageBytes;
        this.granulePages = granulePages;
        this.backing = backing;
        used.set(0);
        back(1);
    }

    public static int pagesFor(int tokens) {
        return (tokens + PAGE_TOKENS - 1) / PAGE_TOKENS;
    }

    /// Promises pages to a sequence, and sees to it that memory is behind all that are promised.
    ///
    /// @throws dev.mens.diagnostics.ProblemException vox/cuda/cache-full; nothing is promised then
    public void promise(int count) {
        int left = pages - 1 - promised;
        if (count > left) {
            throw CACHE_FULL.with(
                    Sizes.of(count * pageBytes),
                    Sizes.of(left * pageBytes),
                    Sizes.of((pages - 1) * pageBytes));
        }
        back(1 + promised + count);
        promised += count;
    }

    /// Takes a promise back.
    public void release(int count) {
        promised -= count;
    }

    /// Hands out a page that was promised.
    public int take() {
        int page = used.nextClearBit(1);
        if (page >= backed) {
            throw new IllegalStateException("page " + page + " was promised to nobody");
        }
        used.set(page);
        return page;
    }

    public void give(int page) {
        used.clear(page);
    }

    /// Pages that hold something, the one of nobody not counted.
    public int usedPages() {
        return used.cardinality() - 1;
    }

    public int promisedPages() {
        return promised;
    }

    public int backedPages() {
        return backed;
    }

    /// Backs the same pages again, on a device that lost its memory.
    public void backAgain() {
        int before = backed;
        backed = 0;
        back(before);
    }

    private void back(int needed) {
        if (needed <= backed) {
            return;
        }
        int granules = (needed + granulePages - 1) / granulePages;
        int target = Math.min(pages, granules * granulePages);
        backing.back(backed, target - backed);
        backed = target;
    }
}
