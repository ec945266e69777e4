package dev.mens.mesh;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/// Byte streams to peers, encrypted and authenticated in both directions.
@ProviderType
public interface PeerLinks {

    /// Dials a peer, directly or over a relay, and reaches its {@link LinkProtocol}.
    ///
    /// @param protocol such as `oplog/1`
    /// @throws dev.mens.diagnostics.ProblemException vox/mesh/unknown-peer, vox/mesh/no-protocol
    ///     and whatever reason the peer gives for turning this node away
    /// @throws IOException if it cannot be reached
    Link open(PeerId peer, String protocol) throws IOException;
}
