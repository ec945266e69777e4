package dev.mens.remote;

import dev.mens.mesh.PeerId;
import dev.mens.mesh.PeerLinks;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import org.jspecify.annotations.Nullable;

/// Links to one peer. A link whose call is over serves the next: a handshake for each prompt would
/// cost more than its first token. A peer that was lost is left alone for a while.
final class PeerCalls implements AutoCloseable {
    private static final int MOST_IDLE = 8;
    private static final Duration AFTER_LOSS = Duration.ofSeconds(30);

    private final PeerId peer;
    private final PeerLinks links;
    private final BlockingDeque<PeerCall> idle = new LinkedBlockingDeque<>(MOST_IDLE);
    private volatile @Nullable Rest rest;

    PeerCalls(PeerId peer, PeerLinks links) {
        this.peer = peer;
        this.links = links;
    }

    PeerCall open() throws IOException {
        var call = idle.pollLast();
        return call != null ? call : new PeerCall(() -> links.open(peer, Wire.NAME));
    }

    Optional<Rest> rest() {
        return Optional.ofNullable(rest).filter(resting -> !resting.over());
    }

    /// The peer hangs or broke off.
    void lost(String reason) {
        rest = Rest.of(AFTER_LOSS, "it was lost: " + reason);
        close();
    }

    /// The call is over, and the link at rest.
    void done(PeerCall call) {
        if (!idle.offerLast(call)) {
            call.close();
        }
    }

    @Override
    public void close() {
        for (var call = idle.poll(); call != null; call = idle.poll()) {
            call.close();
        }
    }
}
