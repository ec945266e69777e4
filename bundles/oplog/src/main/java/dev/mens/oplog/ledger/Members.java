package dev.mens.oplog.ledger;

import dev.mens.crypto.PublicKey;
import dev.mens.oplog.Op;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.OpLogProblem;
import dev.mens.oplog.Projection;
import dev.mens.storage.Cbor;
import dev.mens.storage.CborFields;
import java.util.HashMap;
import java.util.Map;

/// Who came to this mesh and went, by what members saw.
public final class Members implements Projection {
    private final Map<PublicKey, Seen> all = new HashMap<>();

    /// @param ever whether any entry says that it joined
    /// @param at when the latest entry about it was made, in milliseconds
    /// @param here whether that entry says that it joined
    private record Seen(boolean ever, long at, boolean here) {
        /// Of entries made at once, those that say that it joined count.
        Seen and(Seen other) {
            boolean later = other.at > at || (other.at == at && other.here);
            return new Seen(ever || other.ever, Math.max(at, other.at), later ? other.here : here);
        }

        Map<String, Object> state() {
            return Map.of("ever", ever ? 1L : 0L, "at", at, "here", here ? 1L : 0L);
        }

        static Seen of(CborFields state) {
            return new Seen(
                    state.number("ever", 1) == 1,
                    state.number("at", Long.MAX_VALUE),
                    state.number("here", 1) == 1);
        }
    }

    @Override
    public String name() {
        return "members";
    }

    @Override
    public int version() {
        return 2;
    }

    @Override
    public void apply(OpEntry entry) {
        long at = entry.at().toEpochMilli();
        if (entry.op() instanceof Op.PeerJoined(var peer, _, _)) {
            all.merge(peer, new Seen(true, at, true), Seen::and);
        } else if (entry.op() instanceof Op.PeerLeft(var peer, _)) {
            all.merge(peer, new Seen(false, at, false), Seen::and);
        }
    }

    /// Whether any entry says that it joined.
    public boolean everJoined(PublicKey peer) {
        var seen = all.get(peer);
        return seen != null && seen.ever();
    }

    /// Whether the latest entry about it says that it joined.
    public boolean isHere(PublicKey peer) {
        var seen = all.get(peer);
        return seen != null && seen.here();
    }

    @Override
    public byte[] snapshot() {
        var states = new HashMap<String, Object>();
        all.forEach((peer, seen) -> states.put(peer.toString(), seen.state()));
        return Cbor.encode(states);
    }

    @Override
    public void restore(byte[] snapshot) {
        all.clear();
        States.map(snapshot)
                .forEach(
                        (peer, state) -> {
                            var fields =
                                    CborFields.of(
                                            state,
                                            "member",
                                            OpLogProblem.DAMAGED,
                                            "ever",
                                            "at",
                                            "here");
                            all.put(States.key(peer), Seen.of(fields));
                        });
    }
}
