package dev.mens.cluster.relay;

import dev.mens.cluster.gate.Guest;
import dev.mens.cluster.gate.House;
import dev.mens.cluster.gate.Purpose;
import dev.mens.cluster.trust.MeshSecret;
import dev.mens.crypto.PublicKey;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Endpoint;
import dev.mens.mesh.MeshProblem;
import java.io.IOException;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the members of a mesh of each other, and connects those who cannot dial each other. Open
/// to every identity, within limits; what it passes on is TLS between the two ends.
final class Router implements House {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final int MAX_REGISTERED = 10_000;
    private static final int MAX_OF_ONE_MESH = 500;
    private static final int MAX_RELAYED = 512;
    private static final int SILENCE_MILLIS = 30_000;
    private static final long ANSWER_SECONDS = 5;
    private static final int CALL_BYTES = 16;

    private final MeshSecret open;
    private final SecureRandom random = new SecureRandom();
    private final Semaphore relayed = new Semaphore(MAX_RELAYED);

    /// By tag of the mesh, then by address.
    private final Map<String, Map<Endpoint, Guest>> registered = new HashMap<>();

    private final Map<String, SynchronousQueue<Guest>> calls = new ConcurrentHashMap<>();

    /// @param open the secret that everybody knows
    Router(MeshSecret open) {
        this.open = open;
    }

    @Override
    public MeshSecret secret(Purpose purpose, byte[] detail) {
        return open;
    }

    @Override
    public Introduction introduction() {
        return Introduction.NONE;
    }

    @Override
    public void admit(PublicKey key, Purpose purpose, byte[] detail, Introduction introduction) {
        // A router serves every identity.
    }

    @Override
    public void prepare(PublicKey key, Purpose purpose, byte[] detail, Introduction introduction) {
        switch (purpose) {
            case REGISTER, DIAL -> Place.decode(detail);
            case ANSWER -> {
                if (detail.length != CALL_BYTES) {
                    throw MeshProblem.BAD_FACTS.with("a call has 16 bytes");
                }
            }
            case GROUP, LINK, JOIN, PROBE ->
                    throw MeshProblem.NO_PROTOCOL.with("a router", purpose);
        }
    }

    @Override
    public void enter(Guest guest) throws IOException, InterruptedException {
        try (var socket = guest.socket()) {
            switch (guest.purpose()) {
                case REGISTER -> register(guest, Place.decode(guest.detail()));
                case DIAL -> dial(guest, Place.decode(guest.detail()));
                case ANSWER -> answer(guest, HexFormat.of().formatHex(guest.detail()));
                case GROUP, LINK, JOIN, PROBE -> throw new AssertionError(socket);
            }
        }
    }

    private void register(Guest guest, Place place) throws IOException {
        if (!add(guest, place)) {
            throw new IOException("the router is full");
        }
        LOG.info("{} registers as {}", guest.id().abbreviated(), place.address());
        try {
            guest.socket().setSoTimeout(SILENCE_MILLIS);
            while (Notice.read(guest.socket().getInputStream()) instanceof Notice.Alive alive) {
                tell(guest, alive);
            }
        } catch (ProblemException malformed) {
            throw new IOException(malformed.facts(), malformed);
        } finally {
            remove(guest, place);
        }
    }

    private boolean add(Guest guest, Place place) {
        synchronized (registered) {
            int all = registered.values().stream().mapToInt(Map::size).sum();
            var mesh = registered.computeIfAbsent(place.tag(), tag -> new HashMap<>());
            if (all >= MAX_REGISTERED || mesh.size() >= MAX_OF_ONE_MESH) {
                return false;
            }
            mesh.put(place.address(), guest);
        }
        announce(place.tag());
        return true;
    }

    private void remove(Guest guest, Place place) {
        synchronized (registered) {
            var mesh = registered.get(place.tag());
            mesh.remove(place.address(), guest);
            if (mesh.isEmpty()) {
                registered.remove(place.tag());
            }
        }
        announce(place.tag());
    }

    private void announce(String tag) {
        List<Guest> guests;
        Notice.Members members;
        synchronized (registered) {
            var mesh = registered.getOrDefault(tag, Map.of());
            guests = List.copyOf(mesh.values());
            members = new Notice.Members(List.copyOf(mesh.keySet()));
        }
        for (var guest : guests) {
            tell(guest, members);
        }
    }

    private static void tell(Guest guest, Notice notice) {
        synchronized (guest) {
            try {
                notice.write(guest.socket().getOutputStream());
            } catch (IOException gone) {
                LOG.debug("{} is gone: {}", guest.id().abbreviated(), gone.toString());
            }
        }
    }

    private void dial(Guest caller, Place place) throws IOException, InterruptedException {
        Guest callee;
        synchronized (registered) {
            callee = registered.getOrDefault(place.tag(), Map.of()).get(place.address());
        }
        if (callee == null || !relayed.tryAcquire()) {
            throw new IOException("nobody can be called at " + place.address());
        }
        var id = new byte[CALL_BYTES];
        random.nextBytes(id);
        var call = HexFormat.of().formatHex(id);
        var queue = new SynchronousQueue<Guest>();
        calls.put(call, queue);
        try {
            tell(callee, new Notice.Call(id));
            var answering = queue.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
            if (answering == null) {
                throw new IOException(place.address() + " does not answer");
            }
            connect(caller, answering);
        } finally {
            calls.remove(call);
            relayed.release();
        }
    }

    /// Meets the caller and waits until the call is over, because that closes both connections.
    private void answer(Guest guest, String call) throws IOException, InterruptedException {
        var queue = calls.remove(call);
        if (queue == null || !queue.offer(guest, ANSWER_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("nobody waits for this call");
        }
        synchronized (guest) {
            while (!guest.socket().isClosed()) {
                guest.wait();
            }
        }
    }

    private static void connect(Guest caller, Guest answering)
            throws IOException, InterruptedException {
        try {
            tell(caller, new Notice.Connected());
            tell(answering, new Notice.Connected());
            var back =
                    Thread.ofVirtual()
                            .name("mesh relay")
                            .start(() -> pump(answering.socket(), caller.socket()));
            pump(caller.socket(), answering.socket());
            back.join();
        } finally {
            synchronized (answering) {
                answering.socket().close();
                answering.notifyAll();
            }
        }
    }

    /// Passes everything on; when one direction ends, so does the call.
    private static void pump(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException over) {
            LOG.debug("A call is over: {}", over.toString());
        }
    }
}
