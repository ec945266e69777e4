package dev.mens.cluster.relay;

import dev.mens.cluster.gate.Caller;
import dev.mens.cluster.gate.Guest;
import dev.mens.cluster.gate.House;
import dev.mens.cluster.gate.Purpose;
import dev.mens.cluster.gate.Station;
import dev.mens.cluster.trust.MeshSecret;
import dev.mens.crypto.PublicKey;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Endpoint;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The routers of this node's mesh: keeps this node registered with each of them, knows whom they
/// know, and dials through them.
public final class Routers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Routers.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration ALIVE = Duration.ofSeconds(10);
    private static final int SILENCE_MILLIS = 30_000;
    private static final int PATIENCE_SECONDS = 3;

    private final List<Endpoint> routers;
    private final Caller caller;
    private final MeshSecret open;
    private final String tag;
    private final Map<Endpoint, Collection<Endpoint>> places = new ConcurrentHashMap<>();
    private final CountDownLatch told = new CountDownLatch(1);
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    /// @param tag of the mesh
    public Routers(List<Endpoint> routers, Station station, String tag) {
        this.routers = List.copyOf(routers);
        this.caller = new Caller(station, new Passerby());
        this.open = RouterNode.openToAll(station.hashing());
        this.tag = tag;
    }

    /// @param self where this node is to be found
    /// @param answered takes connections of those who call this node through a router
    public void register(Endpoint self, Consumer<Socket> answered) {
        for (var router : routers) {
            spawn("mesh router", () -> stayRegistered(router, new Place(tag, self), answered));
        }
    }

    /// Waits until a router has told of the others, but not for long: they may all be away.
    public void awaitReached() throws IOException {
        try {
            if (!told.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.info("No router of {} is reached yet", routers);
            }
        } catch (InterruptedException stopped) {
            throw (IOException) new InterruptedIOException().initCause(stopped);
        }
    }

    /// The routers that this node is registered with now.
    public Set<Endpoint> reached() {
        return Set.copyOf(places.keySet());
    }

    /// Where members are, as far as any router knows.
    public Collection<Endpoint> places() {
        var all = new HashSet<Endpoint>();
        places.values().forEach(all::addAll);
        return all;
    }

    /// Connects to a member through a router.
    ///
    /// @return a connection on which TLS with the member itself is yet to come
    public Socket dial(Endpoint to) throws IOException {
        var failure = new IOException("no router knows " + to);
        for (var router : routers) {
            try {
                return connect(router, Purpose.DIAL, new Place(tag, to).encode());
            } catch (IOException | ProblemException unreached) {
                failure.addSuppressed(unreached);
            }
        }
        throw failure;
    }

    private Socket connect(Endpoint router, Purpose purpose, byte[] detail) throws IOException {
        var guest = call(router, purpose, detail);
        var socket = guest.socket();
        socket.setSoTimeout(SILENCE_MILLIS);
        boolean connected = false;
        try {
            connected = Notice.read(socket.getInputStream()) instanceof Notice.Connected;
            if (!connected) {
                throw new IOException("the router does not connect");
            }
            socket.setSoTimeout(0);
            return socket;
        } finally {
            if (!connected) {
                socket.close();
            }
        }
    }

    private Guest call(Endpoint router, Purpose purpose, byte[] detail) throws IOException {
        return caller.call(router, purpose, detail, open, Optional.empty());
    }

    private void stayRegistered(Endpoint router, Place self, Consumer<Socket> answered) {
        boolean complained = false;
        while (!Thread.currentThread().isInterrupted()) {
            try (var socket = call(router, Purpose.REGISTER, self.encode()).socket()) {
                complained = false;
                var alive = spawn("mesh router alive", () -> sayAlive(socket));
                try {
                    listen(router, socket, answered);
                } finally {
                    alive.interrupt();
                }
            } catch (IOException | ProblemException lost) {
                if (!complained) {
                    LOG.warn("The router {} is not reached: {}", router, lost.getMessage());
                }
                complained = true;
            }
            places.remove(router);
            try {
                Thread.sleep(RETRY);
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void listen(Endpoint router, Socket socket, Consumer<Socket> answered)
            throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS);
        while (true) {
            switch (Notice.read(socket.getInputStream())) {
                case Notice.Members(var members) -> {
                    places.put(router, members);
                    told.countDown();
                }
                case Notice.Call(var id) ->
                        spawn("mesh answer", () -> answer(router, id, answered));
                case Notice.Alive() -> {}
                case Notice.Connected() -> throw new IOException("no call was made");
            }
        }
    }

    private void answer(Endpoint router, byte[] id, Consumer<Socket> answered) {
        try {
            answered.accept(connect(router, Purpose.ANSWER, id));
        } catch (IOException | ProblemException over) {
            LOG.info("A call through {} failed: {}", router, over.getMessage());
        }
    }

    private static void sayAlive(Socket socket) {
        try {
            while (true) {
                Thread.sleep(ALIVE);
                new Notice.Alive().write(socket.getOutputStream());
            }
        } catch (IOException | InterruptedException over) {
            // The reading side notices, or has ended already.
        }
    }

    private Thread spawn(String name, Runnable task) {
        var thread = Thread.ofVirtual().name(name).unstarted(() -> runAndForget(task));
        threads.add(thread);
        thread.start();
        return thread;
    }

    private void runAndForget(Runnable task) {
        try {
            task.run();
        } finally {
            threads.remove(Thread.currentThread());
        }
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }

    /// How this node meets routers: it says nothing of itself but its key, and trusts none of them.
    private static final class Passerby implements House {
        @Override
        public MeshSecret secret(Purpose purpose, byte[] detail) {
            throw new AssertionError("nobody dials a passer-by");
        }

        @Override
        public Introduction introduction() {
            return Introduction.NONE;
        }

        @Override
        public void admit(
                PublicKey key, Purpose purpose, byte[] detail, Introduction introduction) {
            // Whoever runs it sees only ciphertext.
        }

        @Override
        public void prepare(
                PublicKey key, Purpose purpose, byte[] detail, Introduction introduction) {
            throw new AssertionError("nobody dials a passer-by");
        }

        @Override
        public void enter(Guest guest) {
            throw new AssertionError("nobody dials a passer-by");
        }
    }
}
