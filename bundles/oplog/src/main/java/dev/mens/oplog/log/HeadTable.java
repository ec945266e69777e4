package dev.mens.oplog.log;

import dev.mens.oplog.EntryId;
import dev.mens.oplog.Heads;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.Retention;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/// How far each author's entries reach, and which lasting entries have no children yet.
/// Thread-safe; one thread changes it.
final class HeadTable {
    private final Map<Slot, Reach> states = new HashMap<>();
    private final SequencedSet<EntryId> tips = new LinkedHashSet<>();

    HeadTable() {}

    HeadTable(Map<Slot, Reach> states, List<EntryId> tips) {
        this.states.putAll(states);
        this.tips.addAll(tips);
    }

    synchronized Optional<Reach> get(Slot slot) {
        return Optional.ofNullable(states.get(slot));
    }

    long next(Slot slot) {
        return get(slot).map(Reach::next).orElse(0L);
    }

    /// An entry that is on the disk now.
    synchronized void advance(OpEntry entry) {
        var slot = Slot.of(entry);
        var old = states.get(slot);
        boolean follows = old != null && old.next() == entry.sequence();
        long floor = follows ? old.floor() : entry.sequence();
        states.put(slot, new Reach(floor, entry.sequence() + 1, entry.id()));
        if (entry.retention() == Retention.LASTING) {
            entry.parents().forEach(tips::remove);
            tips.add(entry.id());
        }
    }

    synchronized void raise(Slot slot, long floor) {
        states.computeIfPresent(slot, (s, old) -> new Reach(floor, old.next(), old.last()));
    }

    synchronized Map<Slot, Reach> states() {
        return Map.copyOf(states);
    }

    synchronized List<EntryId> tips() {
        return new ArrayList<>(tips);
    }

    Heads heads() {
        return new Heads(
                states().entrySet().stream()
                        .map(
                                entry ->
                                        new Heads.Head(
                                                entry.getKey().author(),
                                                entry.getKey().retention(),
                                                entry.getValue().next(),
                                                entry.getValue().last()))
                        .toList());
    }
}
