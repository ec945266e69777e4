package dev.mens.oplog.gossip;

import dev.mens.crypto.PublicKey;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Mesh;
import dev.mens.mesh.MeshListener;
import dev.mens.mesh.Peer;
import dev.mens.oplog.Op;
import dev.mens.oplog.OpLog;
import dev.mens.oplog.log.Replica;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes down who comes to the mesh and who goes, if the log does not say so yet. Of all members
/// that see it the one with the lowest id does; so it is written once, or twice where members do
/// not see the same.
@Component
public final class Witness implements MeshListener {
    private static final Logger LOG = LoggerFactory.getLogger(Witness.class);

    private final OpLog log;
    private final Replica replica;
    private final Mesh mesh;

    @Activate
    public Witness(@Reference OpLog log, @Reference Replica replica, @Reference Mesh mesh) {
        this.log = log;
        this.replica = replica;
        this.mesh = mesh;
    }

    @Override
    public void joined(Peer peer) {
        write(peer, true, new Op.PeerJoined(peer.key(), peer.name(), peer.version()));
    }

    @Override
    public void left(Peer peer) {
        write(peer, false, new Op.PeerLeft(peer.key(), "it is not seen any more"));
    }

    private void write(Peer peer, boolean here, Op op) {
        try {
            if (isMine(peer) && replica.isHere(peer.key()) != here) {
                log.append(List.of(op));
            }
        } catch (IOException | ProblemException failure) {
            LOG.warn("The log does not say that {} came or went", peer.name(), failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// A node that has left the mesh sees nobody.
    private boolean isMine(Peer peer) {
        return first(peer).filter(mesh.status().key()::equals).isPresent();
    }

    private Optional<PublicKey> first(Peer but) {
        return mesh.present().stream()
                .filter(member -> !member.id().equals(but.id()))
                .min((a, b) -> a.id().compareTo(b.id()))
                .map(Peer::key);
    }
}
