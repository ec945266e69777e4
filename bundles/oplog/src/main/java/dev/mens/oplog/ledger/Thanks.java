package dev.mens.oplog.ledger;

import dev.mens.crypto.Hashing;
import dev.mens.crypto.PublicKey;
import dev.mens.oplog.Op;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.Projection;
import dev.mens.storage.Cbor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// Kudos by receiver and kind. An author's thanks for one attestation count once.
public final class Thanks implements Projection {
    private final Hashing hashing;
    private final Map<PublicKey, Map<Op.Kudos.Primitive, Long>> sums = new HashMap<>();
    private final Fingerprints counted = new Fingerprints();

    Thanks(Hashing hashing) {
        this.hashing = hashing;
    }

    @Override
    public String name() {
        return "kudos";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public void apply(OpEntry entry) {
        if (entry.op() instanceof Op.Kudos(var to, var primitive, var amount, var attestation)
                && counted.add(fingerprint(entry.author(), attestation))) {
            add(to, primitive, amount);
        }
    }

    public Map<PublicKey, Map<Op.Kudos.Primitive, Long>> all() {
        var copy = new HashMap<PublicKey, Map<Op.Kudos.Primitive, Long>>();
        sums.forEach((peer, sum) -> copy.put(peer, Map.copyOf(sum)));
        return copy;
    }

    @Override
    public byte[] snapshot() {
        var map = new HashMap<String, Object>();
        sums.forEach(
                (peer, sum) -> {
                    var amounts = new TreeMap<String, Object>();
                    sum.forEach((primitive, amount) -> amounts.put(primitive.name(), amount));
                    map.put(peer.toString(), amounts);
                });
        return Cbor.encode(Map.of("sums", map, "counted", counted.bytes()));
    }

    @Override
    public void restore(byte[] snapshot) {
        sums.clear();
        counted.clear();
        if (snapshot.length == 0) {
            return;
        }
        var state = States.map(snapshot);
        counted.restore(States.as(byte[].class, state.get("counted")));
        States.map(state.get("sums"))
                .forEach(
                        (peer, sum) ->
                                States.map(sum)
                                        .forEach(
                                                (primitive, amount) ->
                                                        add(
                                                                States.key(peer),
                                                                Op.Kudos.Primitive.valueOf(
                                                                        (String) primitive),
                                                                States.as(Long.class, amount))));
    }

    /// Sums stop at the largest number instead of becoming negative.
    private void add(PublicKey to, Op.Kudos.Primitive primitive, long amount) {
        sums.computeIfAbsent(to, _ -> new EnumMap<>(Op.Kudos.Primitive.class))
                .merge(
                        primitive,
                        amount,
                        (a, b) -> a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b);
    }

    private long fingerprint(PublicKey author, String attestation) {
        var text = attestation.getBytes(StandardCharsets.UTF_8);
        var both = ByteBuffer.allocate(PublicKey.BYTES + text.length);
        both.put(author.bytes()).put(text);
        return ByteBuffer.wrap(hashing.blake3(both.array())).getLong();
    }
}
