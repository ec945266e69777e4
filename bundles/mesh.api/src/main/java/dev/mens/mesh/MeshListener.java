package dev.mens.mesh;

import org.osgi.annotation.versioning.ConsumerType;

/// Told who comes and goes. Calls come one after the other, from one thread, and should return
/// soon. A peer that restarts fast may leave and join, or only join again.
@ConsumerType
public interface MeshListener {

    /// Never called for this node.
    void joined(Peer peer);

    /// Also called for everyone when this node leaves.
    void left(Peer peer);
}
