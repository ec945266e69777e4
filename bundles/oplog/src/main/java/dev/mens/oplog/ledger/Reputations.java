package dev.mens.oplog.ledger;

import dev.mens.crypto.PublicKey;
import dev.mens.oplog.Op;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.Projection;
import dev.mens.storage.Cbor;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// How peers fare in the eyes of others. Each author has its own moving average, because only an
/// author's own entries come in the same order everywhere.
public final class Reputations implements Projection {
    private static final double START = 0.5;
    private static final double WEIGHT = 0.1;

    /// Peer to author to average, both in hexadecimal, so that sums run in one order.
    private final Map<String, TreeMap<String, Double>> averages = new TreeMap<>();

    @Override
    public String name() {
        return "reputations";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public void apply(OpEntry entry) {
        if (entry.op() instanceof Op.Kudos kudos) {
            rate(kudos.to(), entry.author(), 1);
        } else if (entry.op() instanceof Op.Blame blame) {
            rate(blame.peer(), entry.author(), 0);
        }
    }

    /// Nobody rates itself.
    private void rate(PublicKey peer, PublicKey author, double outcome) {
        if (!peer.equals(author)) {
            averages.computeIfAbsent(peer.toString(), _ -> new TreeMap<>())
                    .compute(
                            author.toString(),
                            (_, old) -> {
                                double before = old == null ? START : old;
                                return before + WEIGHT * (outcome - before);
                            });
        }
    }

    public double of(PublicKey peer) {
        var rated = averages.get(peer.toString());
        return rated == null
                ? START
                : rated.values().stream().mapToDouble(Double::doubleValue).sum() / rated.size();
    }

    @Override
    public byte[] snapshot() {
        var map = new HashMap<String, Object>();
        averages.forEach(
                (peer, rated) -> {
                    var texts = new TreeMap<String, Object>();
                    rated.forEach((author, average) -> texts.put(author, average.toString()));
                    map.put(peer, texts);
                });
        return Cbor.encode(map);
    }

    @Override
    public void restore(byte[] snapshot) {
        averages.clear();
        States.map(snapshot)
                .forEach(
                        (peer, rated) -> {
                            var restored = new TreeMap<String, Double>();
                            States.map(rated)
                                    .forEach(
                                            (author, average) ->
                                                    restored.put(
                                                            (String) author,
                                                            Double.valueOf((String) average)));
                            averages.put((String) peer, restored);
                        });
    }
}
