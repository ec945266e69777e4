package dev.mens.oplog.log;

import dev.mens.crypto.Hashing;
import dev.mens.diagnostics.ProblemException;
import dev.mens.oplog.EntryId;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.OpLogProblem;
import dev.mens.oplog.Retention;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Whether entries can follow those that are here. Entries of one batch may follow each other: what
/// was entered counts as being here.
final class Links {
    /// What is to be done with an entry.
    sealed interface Verdict {}

    record Fits() implements Verdict {}

    /// It is here already.
    record Known() implements Verdict {}

    /// Something that it follows is not here yet.
    record Early() implements Verdict {}

    record Wrong(ProblemException why) implements Verdict {}

    /// The end of an author's chain.
    ///
    /// @param last empty if there is none
    record Tail(long next, Optional<EntryId> last) {}

    private final HeadTable heads;
    private final Shelves shelves;
    private final Hashing hashing;
    private final Map<Slot, Tail> batch = new HashMap<>();
    private final Set<EntryId> batchIds = new HashSet<>();

    Links(HeadTable heads, Shelves shelves, Hashing hashing) {
        this.heads = heads;
        this.shelves = shelves;
        this.hashing = hashing;
    }

    Tail tail(Slot slot) {
        var known = batch.get(slot);
        if (known != null) {
            return known;
        }
        return heads.get(slot)
                .map(state -> new Tail(state.next(), Optional.of(state.last())))
                .orElse(new Tail(0, Optional.empty()));
    }

    void enter(Slot slot, long sequence, EntryId id) {
        batch.put(slot, new Tail(sequence + 1, Optional.of(id)));
        batchIds.add(id);
    }

    /// Enters what fits.
    ///
    /// @param floor where the sender's entries of this author and class begin; older ones have
    ///     expired there
    Verdict check(OpEntry entry, long floor) throws IOException {
        var slot = Slot.of(entry);
        var tail = tail(slot);
        if (entry.sequence() < tail.next()) {
            return repeated(entry);
        }
        boolean afterGap =
                entry.sequence() > tail.next()
                        && entry.sequence() == floor
                        && entry.retention() == Retention.TRAINING;
        if (entry.sequence() > tail.next() && !afterGap) {
            return new Early();
        }
        if (!afterGap && tail.last().isPresent()) {
            var previous = tail.last().get();
            if (!entry.parents().getFirst().equals(previous)) {
                return new Wrong(forked(entry, previous));
            }
        }
        if (!knowsParents(entry)) {
            return new Early();
        }
        enter(slot, entry.sequence(), entry.id());
        return new Fits();
    }

    /// The author's own previous entry needs no search: its place in the sequence was checked.
    private boolean knowsParents(OpEntry entry) throws IOException {
        int own = entry.sequence() > 0 ? 1 : 0;
        for (var parent : entry.parents().subList(own, entry.parents().size())) {
            if (!batchIds.contains(parent) && !shelves.lane(Retention.LASTING).has(parent)) {
                return false;
            }
        }
        return true;
    }

    private Verdict repeated(OpEntry entry) throws IOException {
        var kept = shelves.find(entry.author(), entry.retention(), entry.sequence());
        if (kept.isEmpty()) {
            // It was here and has expired, or it is in this batch.
            return new Known();
        }
        var id = kept.get().raw().id(hashing);
        return id.equals(entry.id()) ? new Known() : new Wrong(forked(entry, id));
    }

    private static ProblemException forked(OpEntry entry, EntryId kept) {
        return OpLogProblem.FORKED.with(
                entry.author(),
                entry.sequence(),
                entry.retention(),
                kept.shortHex(),
                entry.id().shortHex());
    }
}
