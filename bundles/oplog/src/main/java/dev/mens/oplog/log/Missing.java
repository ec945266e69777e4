package dev.mens.oplog.log;

import dev.mens.oplog.segment.Stored;
import java.io.IOException;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/// What another log lacks: for each author a range of sequences, all merged in the order of
/// positions, in which parents come before their children.
final class Missing {
    private final Shelves shelves;
    private final PriorityQueue<Ahead> ahead =
            new PriorityQueue<>(Comparator.comparingLong(one -> one.stored().position()));

    /// The next entry of one range.
    private record Ahead(Slot slot, long sequence, long end, Stored stored) {}

    Missing(Shelves shelves, Map<Slot, Reach> ours, Map<Slot, Reach> theirs) throws IOException {
        this.shelves = shelves;
        for (var own : ours.entrySet()) {
            var reach = own.getValue();
            var known = Optional.ofNullable(theirs.get(own.getKey()));
            long from = Math.max(reach.floor(), known.map(Reach::next).orElse(0L));
            push(own.getKey(), from, reach.next());
        }
    }

    /// The next entry; empty at the end.
    Optional<Stored> next() throws IOException {
        var first = ahead.poll();
        if (first == null) {
            return Optional.empty();
        }
        push(first.slot(), first.sequence() + 1, first.end());
        return Optional.of(first.stored());
    }

    private void push(Slot slot, long sequence, long end) throws IOException {
        if (sequence >= end) {
            return;
        }
        // What expired meanwhile ends the range.
        shelves.find(slot.author(), slot.retention(), sequence)
                .ifPresent(stored -> ahead.add(new Ahead(slot, sequence, end, stored)));
    }
}
