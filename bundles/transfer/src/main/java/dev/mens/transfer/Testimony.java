package dev.mens.transfer;

import dev.mens.content.ContentId;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Mesh;
import dev.mens.mesh.PeerId;
import dev.mens.oplog.Op;
import dev.mens.oplog.OpLog;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What this node says of transfers in the op-log. A log that cannot be written to stops none of
/// them.
final class Testimony {
    private static final Logger LOG = LoggerFactory.getLogger(Testimony.class);

    private final Mesh mesh;
    private final OpLog log;

    Testimony(Mesh mesh, OpLog log) {
        this.mesh = mesh;
        this.log = log;
    }

    /// The bundle can be had here.
    void available(ContentId bundle) {
        record(new Op.BundleAvailable(bundle, true));
    }

    /// The holder sent a piece that is not what the manifest says.
    void blame(PeerId holder, ContentId bundle, Pieces.Piece piece) {
        var detail =
                "chunk %d of %s in bundle %s".formatted(piece.chunk(), piece.file().path(), bundle);
        var known = mesh.peers().stream().filter(peer -> peer.id().equals(holder)).findFirst();
        LOG.warn(
                "{} sent a corrupt chunk: {}",
                known.map(peer -> peer.name() + " (" + holder + ")").orElseGet(holder::toString),
                detail);
        known.ifPresent(
                peer -> record(new Op.Blame(peer.key(), Op.Blame.Fault.CORRUPT_CHUNK, detail)));
    }

    private void record(Op op) {
        try {
            log.append(op);
        } catch (IOException | ProblemException e) {
            LOG.warn("not in the op-log: {}", op, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
