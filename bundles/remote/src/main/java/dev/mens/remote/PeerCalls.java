package dev.mens.remote;

import dev.mens.mesh.PeerId;
import dev.mens.mesh.PeerLinks;
import java.io.IOException;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;

/// Links to one peer. A link whose call is over serves the next: a handshake for each prompt would
/// cost more than its first token.
final class PeerCalls implements AutoCloseable {
    private static final int MOST_IDLE = 8;

    private final PeerId peer;
    private final PeerLinks links;
    private final BlockingDeque<PeerCall> idle = new LinkedBlockingDeque<>(MOST_IDLE);

    PeerCalls(PeerId peer, PeerLinks links) {
        this.peer = peer;
        this.links = links;
    }

    PeerCall open() throws IOException {
        for (var call = idle.pollLast(); call != null; call = idle.pollLast()) {
            if (call.usable()) {
                return call;
            }
            call.close();
        }
        return new PeerCall(links.open(peer, Wire.NAME));
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
