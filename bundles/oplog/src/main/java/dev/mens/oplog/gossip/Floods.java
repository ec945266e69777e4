package dev.mens.oplog.gossip;

import dev.mens.mesh.PeerId;
import java.util.HashMap;
import java.util.Map;

/// Lets each peer begin a meeting only so often: ten at once, five a second on average.
final class Floods {
    private static final double CAPACITY = 10;
    private static final double PER_NANO = 5e-9;

    private final Map<PeerId, Bucket> buckets = new HashMap<>();

    private record Bucket(double tokens, long nanos) {}

    /// @param nanos a clock that never goes back
    synchronized boolean permits(PeerId peer, long nanos) {
        var old = buckets.getOrDefault(peer, new Bucket(CAPACITY, nanos));
        double tokens = Math.min(CAPACITY, old.tokens() + (nanos - old.nanos()) * PER_NANO);
        boolean permitted = tokens >= 1;
        buckets.put(peer, new Bucket(permitted ? tokens - 1 : tokens, nanos));
        return permitted;
    }

    synchronized void forget(PeerId peer) {
        buckets.remove(peer);
    }
}
