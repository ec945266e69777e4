package dev.mens.oplog.gossip;

import dev.mens.mesh.PeerId;
import java.util.HashSet;
import java.util.Set;

/// Sees to it that two logs meet once at a time, whoever began.
final class Meetings {
    private final Set<PeerId> begunHere = new HashSet<>();
    private final Set<PeerId> begunThere = new HashSet<>();

    /// @return false if the two meet already
    synchronized boolean begin(PeerId peer) {
        return !begunThere.contains(peer) && begunHere.add(peer);
    }

    synchronized void end(PeerId peer) {
        begunHere.remove(peer);
    }

    /// If both began at once, the meeting that the peer with the higher id began goes on.
    ///
    /// @return false if the two meet already
    synchronized boolean welcome(PeerId self, PeerId peer) {
        boolean yields = !begunHere.contains(peer) || self.compareTo(peer) < 0;
        return yields && begunThere.add(peer);
    }

    synchronized void leave(PeerId peer) {
        begunThere.remove(peer);
    }
}
