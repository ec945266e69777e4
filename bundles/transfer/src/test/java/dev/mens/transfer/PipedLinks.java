package dev.mens.transfer;

import dev.mens.mesh.Link;
import dev.mens.mesh.PeerId;
import dev.mens.mesh.PeerLinks;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Peers in one process; links are bounded pipes. A peer that is cut off is gone for all others.
final class PipedLinks {
    private static final int PIPE_BYTES = 64 << 10;

    private final Map<PeerId, Server> servers = new ConcurrentHashMap<>();
    private final Set<End> open = ConcurrentHashMap.newKeySet();

    /// Serves every link to one peer.
    interface Server {
        void serve(Link link) throws IOException, InterruptedException;
    }

    void serve(PeerId peer, Server server) {
        servers.put(peer, server);
    }

    void cut(PeerId peer) {
        servers.remove(peer);
        for (var end : open) {
            if (end.peer().equals(peer)) {
                end.breakOff();
            }
        }
    }

    /// The links as one peer sees them.
    PeerLinks of(PeerId self) {
        return (peer, protocol) -> {
            var server = servers.get(peer);
            if (server == null) {
                throw new IOException(peer.abbreviated() + " is not there");
            }
            var there = new Pipe(PIPE_BYTES);
            var back = new Pipe(PIPE_BYTES);
            var near = new End(peer, protocol, back, there);
            var far = new End(self, protocol, there, back);
            open.add(near);
            Thread.ofVirtual().start(() -> run(server, far));
            return near;
        };
    }

    private static void run(Server server, End link) {
        try (link) {
            server.serve(link);
        } catch (IOException ended) {
            // The other side notices.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private record End(PeerId peer, String protocol, Pipe in, Pipe out) implements Link {
        @Override
        public InputStream input() {
            return in.reading();
        }

        /// Nobody here is silent.
        @Override
        public void patience(Duration most) {}

        @Override
        public OutputStream output() {
            return out.writing();
        }

        @Override
        public void close() {
            out.end();
            in.abandon();
        }

        void breakOff() {
            in.abandon();
            out.abandon();
        }
    }
}
