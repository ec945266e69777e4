package dev.mens.mesh;

import org.osgi.annotation.versioning.ConsumerType;

/// Told when facts about a peer have changed; a whiteboard service. Calls come one after the other,
/// and should return soon.
@ConsumerType
public interface InventoryListener {
    void changed(PeerId peer);
}
