package dev.mens.remote;

import dev.mens.crypto.Hashing;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Peer;
import dev.mens.oplog.Op;
import dev.mens.oplog.OpLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Credits peers for what they generated, after the answer and beside it. A credit is named by the
/// hash of what was done, so that it counts once.
final class Thanks {
    private static final Logger LOG = LoggerFactory.getLogger(Thanks.class);

    private final OpLog log;
    private final Hashing hashing;
    private final long started = System.currentTimeMillis();
    private final AtomicLong answers = new AtomicLong();

    Thanks(OpLog log, Hashing hashing) {
        this.log = log;
        this.hashing = hashing;
    }

    /// @param accelerated whether a GPU did it
    void credit(Peer peer, boolean accelerated, PeerStream.Work work) {
        Thread.ofVirtual()
                .name("mens-thanks")
                .inheritInheritableThreadLocals(false)
                .start(() -> append(peer, accelerated, work));
    }

    private void append(Peer peer, boolean accelerated, PeerStream.Work work) {
        var primitive =
                accelerated ? Op.Kudos.Primitive.GPU_COMPUTE_MS : Op.Kudos.Primitive.CPU_COMPUTE_MS;
        try {
            log.append(
                    new Op.Kudos(peer.key(), primitive, work.took().toMillis(), attestation(work)));
        } catch (IOException | ProblemException e) {
            LOG.warn("{} is not credited for an answer: {}", peer.name(), e.toString());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// Unique for each answer of this node, and bound to the answer's tokens.
    private String attestation(PeerStream.Work work) {
        var text =
                "%d %d %s %s"
                        .formatted(
                                started,
                                answers.incrementAndGet(),
                                work.model().id(),
                                work.tokens());
        return HexFormat.of().formatHex(hashing.blake3(text.getBytes(StandardCharsets.UTF_8)));
    }
}
