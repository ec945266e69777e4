package dev.mens.oplog.ledger;

import dev.mens.crypto.PublicKey;
import dev.mens.oplog.EntryId;
import dev.mens.oplog.Ledger;
import dev.mens.oplog.Op;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.Projection;
import dev.mens.oplog.entry.EntryCodec;
import dev.mens.storage.Cbor;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// The latest decisions, by their authors' clocks and then by their ids: which they are does not
/// depend on the order in which they came.
public final class Admissions implements Projection {
    private final NavigableMap<Key, Ledger.Decided> latest = new TreeMap<>();

    private record Key(Instant at, EntryId id) implements Comparable<Key> {
        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::at).thenComparing(Key::id);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    @Override
    public String name() {
        return "admissions";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public void apply(OpEntry entry) {
        if (entry.op() instanceof Op.Admission admission) {
            latest.put(
                    new Key(entry.at(), entry.id()),
                    new Ledger.Decided(entry.author(), entry.at(), admission));
            if (latest.size() > Ledger.ADMISSIONS) {
                latest.pollFirstEntry();
            }
        }
    }

    public List<Ledger.Decided> latestFirst() {
        return List.copyOf(latest.descendingMap().values());
    }

    @Override
    public byte[] snapshot() {
        return Cbor.encode(
                latest.entrySet().stream()
                        .map(
                                entry ->
                                        Map.of(
                                                "at", entry.getKey().at().toEpochMilli(),
                                                "id", entry.getKey().id().bytes(),
                                                "by", entry.getValue().by().bytes(),
                                                "op",
                                                        EntryCodec.encode(
                                                                entry.getValue().admission())))
                        .toList());
    }

    @Override
    public void restore(byte[] snapshot) {
        latest.clear();
        for (var value : States.list(snapshot)) {
            var fields = States.fields(value, "at", "id", "by", "op");
            var at = Instant.ofEpochMilli(fields.number("at", Long.MAX_VALUE));
            var op = EntryCodec.decode("admission", fields.value("op"));
            latest.put(
                    new Key(at, new EntryId(fields.bytes("id"))),
                    new Ledger.Decided(
                            new PublicKey(fields.bytes("by")),
                            at,
                            States.as(Op.Admission.class, op)));
        }
    }
}
