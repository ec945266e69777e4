package dev.mens.cluster.gate;

import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Endpoint;
import dev.mens.mesh.MeshProblem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one port of a node's mesh, and of a router. Whoever connects has a few seconds to prove who
/// it is; then the {@link House} serves it by its purpose.
public final class Gate implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
    private static final int BACKLOG = 256;

    private final Station station;
    private final Refusals refusals;
    private final Turnstile turnstile = new Turnstile();
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /// @throws ProblemException vox/mesh/port-taken
    public Gate(Endpoint bind, Station station, Refusals refusals) throws IOException {
        this.station = station;
        this.refusals = refusals;
        this.server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(
                    new InetSocketAddress(InetAddress.getByName(bind.host()), bind.port()),
                    BACKLOG);
        } catch (IOException taken) {
            server.close();
            throw MeshProblem.PORT_TAKEN.because(taken, bind, taken.getMessage());
        }
    }

    public Endpoint listening() {
        return new Endpoint(server.getInetAddress().getHostAddress(), server.getLocalPort());
    }

    public void open(House house) {
        Thread.ofVirtual().name("mesh gate").start(() -> accept(house));
    }

    private void accept(House house) {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                Thread.ofVirtual().name("mesh greeting").start(() -> receive(socket, house));
            } catch (IOException failure) {
                if (!server.isClosed()) {
                    LOG.warn("Accepting a connection failed: {}", failure.toString());
                }
            }
        }
    }

    private void receive(Socket socket, House house) {
        var from = socket.getInetAddress();
        if (!turnstile.enter(from)) {
            refusals.count(socket.getRemoteSocketAddress(), MeshProblem.TOO_MANY.with(from));
            close(socket);
            return;
        }
        welcome(socket, house, () -> turnstile.leave(from));
    }

    /// Greets whoever is at the other end of a connection, and serves it.
    public void welcome(Socket socket, House house) {
        welcome(socket, house, () -> {});
    }

    private void welcome(Socket socket, House house, Runnable greeted) {
        open.add(socket);
        try {
            if (greet(socket, house, greeted) instanceof Guest guest) {
                house.enter(guest);
            }
        } catch (IOException | ProblemException broken) {
            LOG.debug("A connection from {} ended: {}", socket, broken.toString());
            close(socket);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            close(socket);
        } finally {
            open.remove(socket);
        }
    }

    private @Nullable Guest greet(Socket socket, House house, Runnable greeted) {
        var from = socket.getRemoteSocketAddress();
        var deadline = new Deadline(socket);
        try {
            socket.setTcpNoDelay(true);
            return new Greeting(station.tls().server(socket), socket, house, station).host();
        } catch (ProblemException refused) {
            refusals.count(from, refused);
        } catch (IOException noPeer) {
            var why =
                    deadline.passed()
                            ? MeshProblem.TOO_SLOW.with(from, Deadline.SECONDS + " s")
                            : MeshProblem.BAD_GREETING.with(from, noPeer.getMessage());
            refusals.count(from, why);
        } finally {
            deadline.met();
            greeted.run();
        }
        close(socket);
        return null;
    }

    /// Closes a connection unless it is met. Not a timeout of single reads: a byte every second
    /// must not buy more time.
    static final class Deadline {
        static final int SECONDS = 5;

        private final Thread watch;
        private volatile boolean passed;

        Deadline(Socket socket) {
            watch =
                    Thread.ofVirtual()
                            .name("mesh deadline")
                            .start(
                                    () -> {
                                        try {
                                            Thread.sleep(Duration.ofSeconds(SECONDS));
                                            passed = true;
                                            Gate.close(socket);
                                        } catch (InterruptedException inTime) {
                                            // Nothing to close.
                                        }
                                    });
        }

        void met() {
            watch.interrupt();
        }

        boolean passed() {
            return passed;
        }
    }

    static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            LOG.debug("Closing {}: {}", socket, gone.toString());
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException failure) {
            LOG.debug("Closing the gate: {}", failure.toString());
        }
        open.forEach(Gate::close);
    }
}
