package dev.mens.cluster.group;

import dev.mens.crypto.Sealing;
import java.io.IOException;
import java.net.DatagramPacket;
import java.util.Arrays;
import java.util.Objects;
import org.jgroups.BytesMessage;
import org.jgroups.Message;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.MPING;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.ByteArrayDataOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// MPING whose datagrams only members can read or make. Whatever does not open with the mesh's key
/// (another mesh on this LAN, noise, an attack) is dropped before any of it is parsed.
public final class SealedMulticast extends MPING {
    private static final Logger LOG = LoggerFactory.getLogger(SealedMulticast.class);
    private static final int MAX_DATAGRAM = 8192;

    private final Sealing sealing;
    private final byte[] key;

    SealedMulticast(Sealing sealing, byte[] key) {
        this.sealing = sealing;
        this.key = key.clone();
        setId(ClassConfigurator.getProtocolId(MPING.class));
    }

    @Override
    protected void sendMcastDiscoveryRequest(Message request) {
        if (request.getSrc() == null) {
            request.setSrc(local_addr);
        }
        var out = new ByteArrayDataOutputStream(request.size() + 1);
        try {
            request.writeTo(out);
            var sealed = sealing.seal(key, Arrays.copyOf(out.buffer(), out.position()));
            mcast_send_sock.send(new DatagramPacket(sealed, sealed.length, mcast_addr, mcast_port));
        } catch (IOException unsent) {
            LOG.info("Multicast to {}:{} failed: {}", mcast_addr, mcast_port, unsent.toString());
        }
    }

    @Override
    public void run() {
        var buffer = new byte[MAX_DATAGRAM];
        var packet = new DatagramPacket(buffer, buffer.length);
        while (mcast_receive_sock != null && Thread.currentThread().equals(receiver)) {
            packet.setLength(buffer.length);
            try {
                mcast_receive_sock.receive(packet);
            } catch (IOException closed) {
                return;
            }
            sealing.open(key, Arrays.copyOf(buffer, packet.getLength())).ifPresent(this::receive);
        }
    }

    private void receive(byte[] opened) {
        var message = new BytesMessage();
        try {
            message.readFrom(new ByteArrayDataInputStream(opened));
        } catch (IOException | ClassNotFoundException otherVersion) {
            LOG.debug("A member multicasts what is not understood: {}", otherVersion.toString());
            return;
        }
        if (!Objects.equals(local_addr, message.getSrc())) {
            up(message);
        }
    }
}
