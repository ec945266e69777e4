package dev.mens.oplog.gossip;

import dev.mens.mesh.PeerId;
import java.util.HashMap;
import java.util.Map;

/// Lets each peer begin a meeting only so often: ten at once, five a second on average.
final class Floods {
    private static final double CAPACITY = 10;
    private static final double PER_NANO = 5e-9;

    private final Map<PeerId, Bucket> buckets = new HashMap<>();

    enum Answer {
        PERMITTED,
        /// Turned away for the first time since a meeting was permitted.
        REFUSED,
        REFUSED_AGAIN
    }

    private record Bucket(double tokens, long nanos, boolean refused) {}

    /// @param nanos a clock that never goes back
    synchronized Answer ask(PeerId peer, long nanos) {
        var old = buckets.getOrDefault(peer, new Bucket(CAPACITY, nanos, false));
        double tokens = Math.min(CAPACITY, old.tokens() + (nanos - old.nanos()) * PER_NANO);
        if (tokens >= 1) {
            buckets.put(peer, new Bucket(tokens - 1, nanos, false));
            return Answer.PERMITTED;
        }
        buckets.put(peer, new Bucket(tokens, nanos, true));
        return old.refused() ? Answer.REFUSED_AGAIN : Answer.REFUSED;
    }

    synchronized void forget(PeerId peer) {
        buckets.remove(peer);
    }
}
