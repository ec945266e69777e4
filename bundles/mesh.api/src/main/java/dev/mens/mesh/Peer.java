package dev.mens.mesh;

import dev.mens.crypto.PublicKey;
import java.time.Instant;
import java.util.List;

/// A member of the mesh, as this node sees it.
///
/// @param name what it calls itself
/// @param addresses where it can be dialled, best first; empty while it is not known
/// @param version of Mens that it runs; empty while it is not known
/// @param since when this node saw it come
public record Peer(
        PeerId id,
        String name,
        PublicKey key,
        List<Endpoint> addresses,
        String version,
        Instant since,
        State state) {
    public Peer {
        addresses = List.copyOf(addresses);
    }

    public enum State {
        /// This node.
        SELF,
        /// In the mesh now.
        PRESENT,
        /// Admitted, but not in the mesh now.
        ABSENT
    }
}
