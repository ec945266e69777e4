package dev.mens.cluster.gate;

import dev.mens.crypto.PublicKey;
import dev.mens.mesh.PeerId;
import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Somebody who was greeted: the connection is open, and both sides have proved what they must.
///
/// @param socket TLS
/// @param transport what carries it
/// @param detail what belongs to the purpose
/// @param aheadMillis how far its clock is ahead of this node's
public record Guest(
        SSLSocket socket,
        Socket transport,
        PublicKey key,
        PeerId id,
        Purpose purpose,
        byte[] detail,
        long aheadMillis) {
    private static final Logger LOG = LoggerFactory.getLogger(Guest.class);

    /// Breaks the connection without a farewell, which would wait for a peer that hangs.
    public void cut() {
        try {
            transport.close();
        } catch (IOException gone) {
            LOG.debug("Closing {}: {}", transport, gone.toString());
        }
    }
}
