package dev.mens.itests.mesh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The network in front of one node: others reach it here. It records what passes, and can be cut.
final class Wire implements AutoCloseable {
    private static final int MAX_RECORDED = 4 << 20;

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ByteArrayOutputStream recorded = new ByteArrayOutputStream();
    private final int target;
    private volatile boolean cut;

    /// @param target where the node listens
    Wire(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /// From now on nothing passes.
    void cut() {
        cut = true;
        open.forEach(Wire::close);
    }

    void heal() {
        cut = false;
    }

    /// Everything that has passed in either direction, octet by octet.
    String recorded() {
        synchronized (recorded) {
            return recorded.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var outside = server.accept();
                if (cut) {
                    outside.close();
                } else {
                    var inside = new Socket(InetAddress.getLoopbackAddress(), target);
                    open.add(outside);
                    open.add(inside);
                    Thread.ofVirtual().start(() -> pass(outside, inside));
                    Thread.ofVirtual().start(() -> pass(inside, outside));
                }
            } catch (IOException closed) {
                // The next one may do better.
            }
        }
    }

    private void pass(Socket from, Socket to) {
        var buffer = new byte[8192];
        try (from;
                to) {
            var in = from.getInputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                record(buffer, count);
                to.getOutputStream().write(buffer, 0, count);
            }
        } catch (IOException over) {
            // Closed by either end, or cut.
        }
        open.remove(from);
        open.remove(to);
    }

    private void record(byte[] bytes, int count) {
        synchronized (recorded) {
            if (recorded.size() < MAX_RECORDED) {
                recorded.write(bytes, 0, count);
            }
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            // As wanted.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}
