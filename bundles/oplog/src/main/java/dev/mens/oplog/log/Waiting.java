package dev.mens.oplog.log;

import dev.mens.oplog.EntryId;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Verified entries that follow something which is not here yet. What does not fit in is dropped:
/// the peer that has it will offer it again. Thread-safe.
final class Waiting {
    static final int CAPACITY = 1024;

    /// Of one author, so that none can take all the room.
    static final int CAPACITY_OF_ONE = 512;

    static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Map<EntryId, Held> held = new HashMap<>();

    private record Held(Task.Arrival arrival, Instant since) {}

    /// @return whether there was room
    synchronized boolean add(Task.Arrival arrival, Instant now) {
        held.values().removeIf(old -> old.since().plus(PATIENCE).isBefore(now));
        var author = arrival.entry().author();
        long ofThisAuthor =
                held.values().stream()
                        .filter(other -> other.arrival().entry().author().equals(author))
                        .count();
        if (held.size() >= CAPACITY || ofThisAuthor >= CAPACITY_OF_ONE) {
            return false;
        }
        held.putIfAbsent(arrival.entry().id(), new Held(arrival, now));
        return true;
    }

    /// All that wait, each author's in sequence.
    synchronized List<Task.Arrival> all() {
        return held.values().stream()
                .map(Held::arrival)
                .sorted(Comparator.comparingLong(arrival -> arrival.entry().sequence()))
                .toList();
    }

    synchronized void remove(Task.Arrival arrival) {
        held.remove(arrival.entry().id());
    }

    synchronized int size() {
        return held.size();
    }
}
