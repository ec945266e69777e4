package dev.mens.oplog.segment;

import dev.mens.crypto.PublicKey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// The index of the segment that is being written, in arrays: no object for an entry.
final class GrowingIndex implements SegmentIndex {
    private static final int SMALLEST = 64;

    private final Map<PublicKey, Run> byAuthor = new HashMap<>();
    private int count;
    private int[] offsets = new int[SMALLEST];
    private long[] positions = new long[SMALLEST];
    private long[] prefixes = new long[SMALLEST];
    /// Open addressing from id prefixes to records plus one; 0 is free.
    private int[] table = new int[4 * SMALLEST];

    /// An author's entries, which follow on each other.
    static final class Run {
        private final PublicKey author;
        private final long first;
        private int count;
        private int[] records = new int[4];

        private Run(PublicKey author, long first) {
            this.author = author;
            this.first = first;
        }

        PublicKey author() {
            return author;
        }

        long first() {
            return first;
        }

        IntStream records() {
            return Arrays.stream(records, 0, count);
        }
    }

    void add(Placement placement, int offset) {
        if (count == offsets.length) {
            grow();
        }
        offsets[count] = offset;
        positions[count] = placement.position();
        prefixes[count] = placement.idPrefix();
        enter(count);
        var run = run(placement);
        if (run.count == run.records.length) {
            run.records = Arrays.copyOf(run.records, 2 * run.count);
        }
        run.records[run.count++] = count++;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public int offset(int record) {
        return offsets[record];
    }

    @Override
    public long position(int record) {
        return positions[record];
    }

    long prefix(int record) {
        return prefixes[record];
    }

    @Override
    public void find(long lowest, long highest, IntConsumer found) {
        if (lowest == highest) {
            for (int slot = slot(lowest); table[slot] != 0; slot = next(slot)) {
                if (prefixes[table[slot] - 1] == lowest) {
                    found.accept(table[slot] - 1);
                }
            }
            return;
        }
        for (int record = 0; record < count; record++) {
            boolean within =
                    Long.compareUnsigned(lowest, prefixes[record]) <= 0
                            && Long.compareUnsigned(prefixes[record], highest) <= 0;
            if (within) {
                found.accept(record);
            }
        }
    }

    @Override
    public int record(PublicKey author, long sequence) {
        var run = byAuthor.get(author);
        if (run == null || sequence < run.first || sequence >= run.first + run.count) {
            return -1;
        }
        return run.records[(int) (sequence - run.first)];
    }

    List<Run> runs() {
        return List.copyOf(byAuthor.values());
    }

    /// A gap in an author's sequence, which only an expiry elsewhere leaves, begins a new run; what
    /// was before it has expired, too.
    private Run run(Placement placement) {
        var run = byAuthor.get(placement.author());
        if (run == null || run.first + run.count != placement.sequence()) {
            run = new Run(placement.author(), placement.sequence());
            byAuthor.put(placement.author(), run);
        }
        return run;
    }

    private void grow() {
        offsets = Arrays.copyOf(offsets, 2 * count);
        positions = Arrays.copyOf(positions, 2 * count);
        prefixes = Arrays.copyOf(prefixes, 2 * count);
        table = new int[2 * table.length];
        for (int record = 0; record < count; record++) {
            enter(record);
        }
    }

    private void enter(int record) {
        int slot = slot(prefixes[record]);
        while (table[slot] != 0) {
            slot = next(slot);
        }
        table[slot] = record + 1;
    }

    /// Ids are hashes already, but their authors may choose among many.
    private int slot(long prefix) {
        long mixed = prefix * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32) & table.length - 1;
    }

    private int next(int slot) {
        return slot + 1 & table.length - 1;
    }
}
