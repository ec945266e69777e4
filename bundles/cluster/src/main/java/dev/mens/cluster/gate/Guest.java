package dev.mens.cluster.gate;

import dev.mens.crypto.PublicKey;
import dev.mens.mesh.PeerId;
import javax.net.ssl.SSLSocket;

/// Somebody who was greeted: the connection is open, and both sides have proved what they must.
///
/// @param detail what belongs to the purpose
/// @param aheadMillis how far its clock is ahead of this node's
public record Guest(
        SSLSocket socket,
        PublicKey key,
        PeerId id,
        Purpose purpose,
        byte[] detail,
        long aheadMillis) {}
