package dev.mens.oplog.ledger;

import dev.mens.crypto.PublicKey;
import dev.mens.oplog.Op;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.Projection;
import dev.mens.storage.Cbor;
import java.util.HashSet;
import java.util.Set;

/// Whoever joined this mesh at some time, by what members saw.
public final class Members implements Projection {
    private final Set<PublicKey> joined = new HashSet<>();

    @Override
    public String name() {
        return "members";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public void apply(OpEntry entry) {
        if (entry.op() instanceof Op.PeerJoined member) {
            joined.add(member.peer());
        }
    }

    public boolean everJoined(PublicKey peer) {
        return joined.contains(peer);
    }

    @Override
    public byte[] snapshot() {
        return Cbor.encode(joined.stream().map(PublicKey::toString).sorted().toList());
    }

    @Override
    public void restore(byte[] snapshot) {
        joined.clear();
        States.list(snapshot).forEach(peer -> joined.add(States.key(peer)));
    }
}
