package dev.mens.dispatch;

import dev.mens.inference.InferenceBackend;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/// The backends that are present, and those that have just gone.
final class Roster {
    private final List<Slot> slots = new CopyOnWriteArrayList<>();
    private final Map<String, Long> departures = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();
    private final long startedNanos = System.nanoTime();
    private final InstantSource clock;
    private final Signal signal;

    Roster(InstantSource clock, Signal signal) {
        this.clock = clock;
        this.signal = signal;
    }

    /// In the order of their names: nothing may depend on which service happened to come first.
    List<Slot> slots() {
        return slots.stream().sorted(Comparator.comparing(Slot::id)).toList();
    }

    void add(InferenceBackend backend) {
        var slot = new Slot(backend, clock, signal);
        slots.add(slot);
        departures.remove(slot.id());
        changed();
    }

    /// By identity: a plug-in's notion of equality must not remove another's slot.
    @SuppressWarnings("ReferenceEquality")
    void remove(InferenceBackend backend) {
        for (var slot : slots()) {
            if (slot.backend() == backend) {
                departures.put(slot.id(), System.nanoTime());
                slots.remove(slot);
                slot.retire();
            }
        }
        changed();
    }

    private void changed() {
        changes.incrementAndGet();
        signal.ring();
    }

    /// Counts arrivals and departures, so that a waiter sees what came while it looked.
    long changes() {
        return changes.get();
    }

    /// Whether a backend may be about to come: one has just gone and is not back (its bundle is
    /// being replaced), or this node has just started and has none yet.
    boolean mayGrow(Duration grace) {
        long now = System.nanoTime();
        boolean starting = slots.isEmpty() && now - startedNanos < grace.toNanos();
        return starting
                || departures.values().stream().anyMatch(gone -> now - gone < grace.toNanos());
    }
}
