package dev.mens.oplog.log;

import dev.mens.diagnostics.ProblemException;
import dev.mens.oplog.EntryId;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.OpLogProblem;
import dev.mens.oplog.Retention;
import dev.mens.oplog.entry.EntryCodec;
import dev.mens.oplog.segment.Stored;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Reads entries again and checks everything that can be checked: checksums, form, hashes, links,
/// sequences, signatures. Chunks of entries are decoded and their signatures verified on all cores,
/// while those before them are followed in order.
final class Audit {
    private static final int CHUNK = 2048;
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    private final Shelves shelves;
    private final Trust trust;
    private final HeadTable heads;
    private final Listener listener;

    /// Told what an audit finds, from the thread that runs it.
    interface Listener {
        /// @param end the position behind the last of them
        void sound(List<OpEntry> entries, long bytes, long end) throws IOException;

        void fault(String sentence);
    }

    /// @param fault empty if there is none
    private record Checked(Stored stored, Optional<OpEntry> entry, String fault) {
        Checked forged() {
            var known = entry.orElseThrow();
            var why = OpLogProblem.BAD_SIGNATURE.with(known.id(), known.author());
            return new Checked(stored, entry, why.facts());
        }
    }

    /// @param heads what was before the first entry; what the entries add is entered
    Audit(Shelves shelves, Trust trust, HeadTable heads, Listener listener) {
        this.shelves = shelves;
        this.trust = trust;
        this.heads = heads;
        this.listener = listener;
    }

    /// A chunk on its way.
    ///
    /// @param end the position behind it
    private record Part(Future<List<Checked>> checked, long end) {}

    void run(long from, long below) throws IOException {
        var parts = new ArrayDeque<Part>();
        try (var workers = Executors.newFixedThreadPool(CORES)) {
            long at = from;
            while (at < below) {
                var chunk = read(at, below);
                if (chunk.isEmpty()) {
                    finish(parts, 0);
                    at = skip(at, below);
                } else {
                    at = chunk.getLast().position() + 1;
                    parts.add(new Part(workers.submit(() -> check(chunk)), at));
                    finish(parts, CORES);
                }
            }
            finish(parts, 0);
        }
    }

    /// Reports the first parts, until so many are left.
    private void finish(ArrayDeque<Part> parts, int left) throws IOException {
        while (parts.size() > left) {
            var part = parts.remove();
            try {
                report(part.checked().get(), part.end());
            } catch (ExecutionException ours) {
                throw new IOException(ours.getCause());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw (IOException)
                        new InterruptedIOException("the verification was interrupted")
                                .initCause(stopped);
            }
        }
    }

    /// Empty if something among them cannot be read.
    private List<Stored> read(long at, long below) throws IOException {
        try {
            return shelves.read(at, below, CHUNK);
        } catch (ProblemException damaged) {
            return List.of();
        }
    }

    /// Goes over the next record alone, which may be the damaged one.
    private long skip(long at, long below) throws IOException {
        long next = shelves.next(at);
        if (next < 0 || next >= below) {
            return below;
        }
        try {
            var one = shelves.read(next, next + 1, 1);
            report(check(one), next + 1);
        } catch (ProblemException damaged) {
            listener.fault(damaged.facts());
        }
        return next + 1;
    }

    private List<Checked> check(List<Stored> chunk) {
        var decoded = chunk.stream().map(this::decode).toList();
        var arrivals = new ArrayList<Task.Arrival>(chunk.size());
        for (var one : decoded) {
            one.entry().ifPresent(e -> arrivals.add(new Task.Arrival(e, one.stored().raw())));
        }
        var signed = Signatures.verifyOnThisCore(arrivals, trust.verifier());
        var checked = new ArrayList<Checked>(chunk.size());
        int next = 0;
        for (var one : decoded) {
            boolean forged = one.entry().isPresent() && !signed[next++];
            checked.add(forged ? one.forged() : one);
        }
        return checked;
    }

    private Checked decode(Stored stored) {
        try {
            var entry = EntryCodec.decode(stored.raw(), trust.hashing());
            return new Checked(stored, Optional.of(entry), "");
        } catch (ProblemException malformed) {
            return new Checked(stored, Optional.empty(), malformed.facts());
        }
    }

    private void report(List<Checked> all, long end) throws IOException {
        var sound = new ArrayList<OpEntry>();
        long bytes = 0;
        for (var checked : all) {
            bytes += checked.stored().raw().body().length;
            var fault = checked.fault();
            if (fault.isEmpty()) {
                fault = follow(checked.entry().orElseThrow());
            }
            if (fault.isEmpty()) {
                sound.add(checked.entry().orElseThrow());
            } else {
                listener.fault("at position " + checked.stored().position() + ": " + fault);
            }
            checked.entry().ifPresent(heads::advance);
        }
        listener.sound(sound, bytes, end);
    }

    /// @return what is wrong with an entry's links; empty if nothing is
    private String follow(OpEntry entry) throws IOException {
        var before = heads.get(Slot.of(entry));
        long next = before.map(Reach::next).orElse(0L);
        boolean follows = entry.sequence() == next;
        boolean expired = entry.retention() == Retention.TRAINING && entry.sequence() > next;
        if (!follows && !expired) {
            return "%s has entry %d of its author, not %d"
                    .formatted(entry.id().shortHex(), entry.sequence(), next);
        }
        if (follows
                && before.isPresent()
                && !entry.parents().getFirst().equals(before.get().last())) {
            return entry.id().shortHex() + " does not name the entry before it";
        }
        for (var parent : others(entry)) {
            if (!shelves.lane(Retention.LASTING).has(parent)) {
                return entry.id().shortHex() + " follows " + parent.shortHex() + ", which is lost";
            }
        }
        return "";
    }

    private static List<EntryId> others(OpEntry entry) {
        var parents = entry.parents();
        return parents.subList(entry.sequence() > 0 ? 1 : 0, parents.size());
    }
}
