package dev.mens.remote;

import dev.mens.mesh.Link;
import dev.mens.mesh.PeerId;
import dev.mens.mesh.PeerLinks;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// Links to one peer over loopback, in the clear.
final class SocketLinks implements PeerLinks, AutoCloseable {
    final AtomicInteger opened = new AtomicInteger();
    private final Queue<SocketLink> accepted = new ConcurrentLinkedQueue<>();
    private final ServerSocket server;
    private final PeerId here;

    /// What the peer does with each link.
    interface Server {
        void serve(Link link) throws IOException, InterruptedException;
    }

    SocketLinks(PeerId here, Server peer) throws IOException {
        this.here = here;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> accept(peer));
    }

    private void accept(Server peer) {
        try {
            while (true) {
                var link = new SocketLink(here, server.accept());
                accepted.add(link);
                Thread.ofVirtual().start(() -> serve(peer, link));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private static void serve(Server peer, SocketLink link) {
        try (link) {
            peer.serve(link);
        } catch (IOException ended) {
            // The other side notices.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Link open(PeerId peer, String protocol) throws IOException {
        opened.incrementAndGet();
        return new SocketLink(peer, new Socket(server.getInetAddress(), server.getLocalPort()));
    }

    /// The peer ends all links.
    void cut() throws IOException {
        for (var link = accepted.poll(); link != null; link = accepted.poll()) {
            link.close();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private record SocketLink(PeerId peer, Socket socket, OutputStream output) implements Link {
        SocketLink(PeerId peer, Socket socket) throws IOException {
            this(peer, socket, new BufferedOutputStream(socket.getOutputStream()));
            socket.setTcpNoDelay(true);
        }

        @Override
        public String protocol() {
            return Wire.NAME;
        }

        @Override
        public InputStream input() {
            try {
                return socket.getInputStream();
            } catch (IOException closed) {
                return InputStream.nullInputStream();
            }
        }

        @Override
        public void patience(Duration most) throws IOException {
            socket.setSoTimeout(Math.toIntExact(most.toMillis()));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
