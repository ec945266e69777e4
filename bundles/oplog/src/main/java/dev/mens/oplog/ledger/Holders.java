package dev.mens.oplog.ledger;

import dev.mens.content.ContentId;
import dev.mens.crypto.PublicKey;
import dev.mens.oplog.Op;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.Projection;
import dev.mens.storage.Cbor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Who has which bundle, by what each node said last of itself.
public final class Holders implements Projection {
    private final Map<ContentId, Set<PublicKey>> holders = new TreeMap<>();

    @Override
    public String name() {
        return "holders";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public void apply(OpEntry entry) {
        if (entry.op() instanceof Op.BundleImported imported) {
            add(imported.bundle(), entry.author());
        } else if (entry.op() instanceof Op.BundleAvailable(var bundle, var available)) {
            if (available) {
                add(bundle, entry.author());
            } else {
                remove(bundle, entry.author());
            }
        }
    }

    public Map<ContentId, Set<PublicKey>> all() {
        var copy = new HashMap<ContentId, Set<PublicKey>>();
        holders.forEach((bundle, peers) -> copy.put(bundle, Set.copyOf(peers)));
        return copy;
    }

    @Override
    public byte[] snapshot() {
        var map = new HashMap<String, Object>();
        holders.forEach(
                (bundle, peers) ->
                        map.put(
                                bundle.toString(),
                                peers.stream().map(PublicKey::toString).sorted().toList()));
        return Cbor.encode(map);
    }

    @Override
    public void restore(byte[] snapshot) {
        holders.clear();
        States.map(snapshot)
                .forEach(
                        (bundle, peers) -> {
                            var id = ContentId.parse(States.as(String.class, bundle));
                            States.list(peers).forEach(peer -> add(id, States.key(peer)));
                        });
    }

    private void add(ContentId bundle, PublicKey peer) {
        holders.computeIfAbsent(bundle, _ -> new HashSet<>()).add(peer);
    }

    private void remove(ContentId bundle, PublicKey peer) {
        holders.computeIfPresent(
                bundle,
                (_, peers) -> {
                    peers.remove(peer);
                    return peers.isEmpty() ? null : peers;
                });
    }
}
