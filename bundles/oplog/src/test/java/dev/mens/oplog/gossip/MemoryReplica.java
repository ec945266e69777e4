package dev.mens.oplog.gossip;

import dev.mens.crypto.PublicKey;
import dev.mens.crypto.hashes.Hashes;
import dev.mens.oplog.EntryId;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.Retention;
import dev.mens.oplog.entry.EntryCodec;
import dev.mens.oplog.entry.RawEntry;
import dev.mens.oplog.log.Ops;
import dev.mens.oplog.log.Reach;
import dev.mens.oplog.log.Replica;
import dev.mens.oplog.log.Slot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/// A log in memory that believes everything, for simulations of many peers.
final class MemoryReplica implements Replica {
    private static final Hashes HASHES = new Hashes();

    private final PublicKey self;
    private final List<RawEntry> inOrder = new ArrayList<>();
    private final Map<Slot, Reach> reaches = new HashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    private int asked;

    MemoryReplica(PublicKey self) {
        this.self = self;
    }

    void append() {
        synchronized (this) {
            var own = new Slot(self, Retention.LASTING);
            var reach = reaches.get(own);
            long next = reach == null ? 0 : reach.next();
            var parents = reach == null ? List.<EntryId>of() : List.of(reach.last());
            var body = EntryCodec.encode(self, next, Instant.EPOCH, parents, Ops.kudos(1));
            keep(new RawEntry(body, new byte[OpEntry.SIGNATURE_BYTES]));
        }
        listeners.forEach(Runnable::run);
    }

    private boolean keep(RawEntry raw) {
        var entry = EntryCodec.decode(raw, HASHES);
        var slot = new Slot(entry.author(), entry.retention());
        long next = reaches.containsKey(slot) ? reaches.get(slot).next() : 0;
        if (entry.sequence() != next) {
            return false;
        }
        reaches.put(slot, new Reach(0, next + 1, entry.id()));
        inOrder.add(raw);
        return true;
    }

    @Override
    public synchronized Map<Slot, Reach> reaches() {
        return Map.copyOf(reaches);
    }

    @Override
    public synchronized byte[] digest() {
        asked++;
        var sorted = new TreeMap<String, Long>();
        reaches.forEach((slot, reach) -> sorted.put(slot.author().toString(), reach.next()));
        return HASHES.blake3(sorted.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /// How many meetings began, here or there.
    synchronized int asked() {
        return asked;
    }

    @Override
    public void missing(Map<Slot, Reach> theirs, Taker taker) throws IOException {
        List<RawEntry> all;
        synchronized (this) {
            all = List.copyOf(inOrder);
        }
        for (var raw : all) {
            var entry = EntryCodec.decode(raw, HASHES);
            var known = theirs.get(new Slot(entry.author(), entry.retention()));
            if (known == null || entry.sequence() >= known.next()) {
                taker.take(raw);
            }
        }
    }

    @Override
    public Delivery verify(
            List<RawEntry> entries, Map<Slot, Reach> theirs, Predicate<PublicKey> admitted) {
        return new Delivery() {
            @Override
            public Map<String, Integer> refused() {
                return Map.of();
            }

            @Override
            public Outcome keep() {
                return MemoryReplica.this.keep(entries);
            }
        };
    }

    private Outcome keep(List<RawEntry> entries) {
        int kept = 0;
        synchronized (this) {
            for (var raw : entries) {
                kept += keep(raw) ? 1 : 0;
            }
        }
        if (kept > 0) {
            listeners.forEach(Runnable::run);
        }
        return new Outcome(kept, entries.size() - kept, 0, Map.of());
    }

    @Override
    public boolean everJoined(PublicKey peer) {
        return true;
    }

    @Override
    public boolean isHere(PublicKey peer) {
        return true;
    }

    @Override
    public void listen(Runnable grown) {
        listeners.add(grown);
    }

    @Override
    public void unlisten(Runnable grown) {
        listeners.remove(grown);
    }

    static PublicKey key(int number) {
        return new PublicKey(ByteBuffer.allocate(PublicKey.BYTES).putInt(number).array());
    }
}
