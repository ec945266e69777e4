package dev.mens.transfer;

import dev.mens.content.ContentId;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Link;
import dev.mens.mesh.PeerId;
import dev.mens.mesh.PeerLinks;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Asks peers to hold copies. On a link of `replicas/1` one side sends the 64 bytes of a bundle's
/// hash, and the other answers once it has pulled it: a byte (1 if it has it now) and a sentence.
///
/// @param others present peers without a whole copy
record Replication(PeerLinks links, Offers offers, Supplier<List<PeerId>> others) {
    static final String NAME = "replicas/1";

    /// @return the peers that have a copy besides this node
    /// @throws ProblemException vox/transfer/too-few-copies
    List<PeerId> spread(ContentId bundle, String name, int copies) throws InterruptedException {
        var have = new ArrayList<>(offers.copies(bundle));
        var refusals = new ArrayList<String>();
        for (var peer : others.get()) {
            if (have.size() + 1 >= copies) {
                break;
            }
            if (!have.contains(peer)) {
                var refusal = ask(peer, bundle);
                if (refusal.isEmpty()) {
                    have.add(peer);
                } else {
                    refusals.add(peer.abbreviated() + ": " + refusal);
                }
            }
        }
        if (have.size() + 1 < copies) {
            throw TransferProblem.TOO_FEW_COPIES.with(
                    name,
                    have.size() + 1,
                    copies,
                    refusals.isEmpty() ? "no other peer is present" : refusals);
        }
        return have;
    }

    /// @return why not; empty if the peer has it now
    private String ask(PeerId peer, ContentId bundle) throws InterruptedException {
        try (var link = links.open(peer, NAME)) {
            ChunkWire.writeBundle(new DataOutputStream(link.output()), bundle);
            var in = new DataInputStream(link.input());
            return in.readBoolean() ? "" : in.readUTF();
        } catch (java.io.InterruptedIOException interrupted) {
            throw (InterruptedException) new InterruptedException().initCause(interrupted);
        } catch (IOException | ProblemException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /// How this node takes a copy for a peer.
    @FunctionalInterface
    interface Taking {
        /// @return why not; empty if it is here now
        String take(ContentId bundle, PeerId requester) throws InterruptedException;
    }

    static void serve(Link link, Taking taking) throws IOException, InterruptedException {
        var bundle = ChunkWire.readBundle(new DataInputStream(link.input()));
        var refusal = taking.take(bundle, link.peer());
        var out = new DataOutputStream(link.output());
        out.writeBoolean(refusal.isEmpty());
        if (!refusal.isEmpty()) {
            out.writeUTF(refusal.length() > 1000 ? refusal.substring(0, 1000) : refusal);
        }
        out.flush();
    }
}
