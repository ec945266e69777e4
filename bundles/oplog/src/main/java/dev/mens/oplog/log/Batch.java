package dev.mens.oplog.log;

import dev.mens.crypto.PublicKey;
import dev.mens.oplog.EntryId;
import dev.mens.oplog.Op;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.Retention;
import dev.mens.oplog.entry.EntryCodec;
import dev.mens.oplog.entry.RawEntry;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Entries that are written together. Own entries are linked one after the other, because a link is
/// the hash of an entry; their signatures, which no link covers, are made together at the end.
final class Batch {
    private final Trust trust;
    private final Links links;
    private final List<EntryId> tips;
    private final PublicKey self;
    private final Instant now;
    private final List<Member> members = new ArrayList<>();
    private final List<byte[]> unsigned = new ArrayList<>();
    private final Set<Retention> linked = EnumSet.noneOf(Retention.class);

    private sealed interface Member {}

    private record Theirs(Task.Arrival arrival) implements Member {}

    /// @param number of its body among the unsigned
    private record Ours(
            EntryId id, long sequence, List<EntryId> parents, Op op, byte[] body, int number)
            implements Member {}

    /// @param tips lasting entries without children, before this batch
    Batch(Trust trust, Links links, List<EntryId> tips, PublicKey self, Instant now) {
        this.trust = trust;
        this.links = links;
        this.tips = tips;
        this.self = self;
        this.now = now;
    }

    int size() {
        return members.size();
    }

    Links.Verdict add(Task.Arrival arrival, long floor) throws IOException {
        var verdict = links.check(arrival.entry(), floor);
        if (verdict instanceof Links.Fits) {
            members.add(new Theirs(arrival));
        }
        return verdict;
    }

    /// @throws dev.mens.diagnostics.ProblemException vox/oplog/bad-op
    void add(Op op) {
        var slot = new Slot(self, op.retention());
        var tail = links.tail(slot);
        var parents = parents(tail, op.retention());
        var body = EntryCodec.encode(self, tail.next(), now, parents, op);
        var id = new EntryId(trust.hashing().blake3(body));
        links.enter(slot, tail.next(), id);
        members.add(new Ours(id, tail.next(), parents, op, body, unsigned.size()));
        unsigned.add(body);
    }

    /// The first own entry names what is new from others; those behind it follow from it.
    private List<EntryId> parents(Links.Tail tail, Retention retention) {
        var parents = new ArrayList<EntryId>();
        tail.last().ifPresent(parents::add);
        if (linked.add(retention)) {
            tips.stream()
                    .filter(tip -> !parents.contains(tip))
                    .limit(OpEntry.MAX_PARENTS - 1L)
                    .forEach(parents::add);
        }
        return parents;
    }

    /// @return all entries in order
    List<Task.Arrival> signed() throws IOException {
        var signatures = Signatures.sign(unsigned, trust.signer());
        var signed = new ArrayList<Task.Arrival>(members.size());
        for (var member : members) {
            signed.add(
                    switch (member) {
                        case Theirs(var arrival) -> arrival;
                        case Ours ours -> arrival(ours, signatures.get(ours.number()));
                    });
        }
        return signed;
    }

    private Task.Arrival arrival(Ours ours, byte[] signature) {
        var entry =
                new OpEntry(
                        ours.id(),
                        self,
                        ours.sequence(),
                        now,
                        ours.parents(),
                        ours.op(),
                        signature);
        return new Task.Arrival(entry, new RawEntry(ours.body(), signature));
    }
}
