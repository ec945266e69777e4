package dev.mens.cluster;

import dev.mens.cluster.facts.SharedInventory;
import dev.mens.cluster.links.PeerStreams;
import dev.mens.cluster.trust.KeptMesh;
import dev.mens.cluster.trust.MeshSecret;
import dev.mens.cluster.trust.Token;
import dev.mens.crypto.Hashing;
import dev.mens.crypto.IdentityCertificate;
import dev.mens.crypto.PublicKey;
import dev.mens.crypto.Sealing;
import dev.mens.crypto.Signer;
import dev.mens.crypto.Verifier;
import dev.mens.mesh.Discovery;
import dev.mens.mesh.Endpoint;
import dev.mens.mesh.Mesh;
import dev.mens.mesh.MeshListener;
import dev.mens.mesh.MeshProblem;
import dev.mens.mesh.MeshSettings;
import dev.mens.mesh.Peer;
import dev.mens.mesh.PeerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/// The node's membership. Going up makes a {@link Session}; nothing of JGroups or Infinispan is
/// loaded before.
@Component(service = {Mesh.class, ClusterMesh.class})
public final class ClusterMesh implements Mesh {
    private final MeshFolder folder;
    private final boolean fleeting;
    private final Parts parts;
    private final ReentrantLock changing = new ReentrantLock();
    private volatile @Nullable Session session;

    /// Whether the node has started but not yet gone up again.
    private volatile boolean returning = true;

    private final List<MeshListener> listeners = new CopyOnWriteArrayList<>();

    @Activate
    public ClusterMesh(
            BundleContext context,
            @Reference Hashing hashing,
            @Reference Signer signer,
            @Reference Verifier verifier,
            @Reference Sealing sealing,
            @Reference IdentityCertificate identity,
            @Reference PeerStreams streams,
            @Reference SharedInventory inventory) {
        this(
                Path.of(context.getProperty("mens.home")),
                Boolean.parseBoolean(context.getProperty("mens.ephemeral")),
                new Parts(
                        hashing,
                        signer,
                        verifier,
                        sealing,
                        identity,
                        streams,
                        inventory,
                        clock(context.getProperty("mens.test.clock.skew")),
                        context.getBundle().getVersion().toString()));
    }

    /// @param fleeting whether the node ends with the command that it was started for: it would
    ///     come and go at every command, so it stays out of the mesh
    ClusterMesh(Path home, boolean fleeting, Parts parts) {
        this.folder = new MeshFolder(home.resolve("mesh"), parts);
        this.fleeting = fleeting;
        this.parts = parts;
    }

    /// Tests of clocks that are wrong set them wrong.
    private static Clock clock(@Nullable String skew) {
        return skew == null
                ? Clock.systemUTC()
                : Clock.offset(Clock.systemUTC(), Duration.parse(skew));
    }

    void addListener(MeshListener listener) {
        listeners.add(listener);
    }

    void removeListener(MeshListener listener) {
        listeners.remove(listener);
    }

    @Deactivate
    void stop() throws IOException {
        changing.lock();
        try {
            close();
        } finally {
            changing.unlock();
        }
    }

    @Override
    public Status status() {
        var now = session;
        try {
            var kept = now == null ? folder.kept() : Optional.of(now.kept());
            return new Status(
                    now != null || returning && kept.filter(this::returns).isPresent(),
                    kept.map(mesh -> mesh.settings().name()).orElse(""),
                    kept.map(mesh -> mesh.settings().discovery().profile()).orElse(""),
                    parts.self(),
                    parts.signer().publicKey(),
                    Optional.ofNullable(now).map(Session::advertised),
                    now == null ? 0 : now.membership().ids().size(),
                    now == null ? List.of() : now.refusals().all());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public List<Peer> present() {
        var now = session;
        return now == null ? List.of() : now.membership().present();
    }

    @Override
    public List<Peer> peers() {
        var now = session;
        if (now == null) {
            return List.of();
        }
        return now.membership().all();
    }

    @Override
    public void up(MeshSettings settings) throws IOException, InterruptedException {
        requireStaying();
        changing.lockInterruptibly();
        try {
            refuseSecond();
            Addresses.requireKnown(settings.discovery());
            requireKnown(settings.bind(), settings.advertised());
            var before = folder.kept();
            var secret =
                    settings.secret()
                            .or(
                                    () ->
                                            before.filter(mesh -> sameName(mesh, settings))
                                                    .flatMap(mesh -> mesh.settings().secret()))
                            .orElseGet(ClusterMesh::newSecret);
            long incarnation = before.map(KeptMesh::incarnation).orElse(0L);
            start(
                    new KeptMesh(false, settings.withSecret(secret), incarnation),
                    settings.allowed());
        } finally {
            changing.unlock();
        }
    }

    private static boolean sameName(KeptMesh mesh, MeshSettings settings) {
        return mesh.settings().name().equals(settings.name());
    }

    @Override
    public void up() throws IOException, InterruptedException {
        requireStaying();
        changing.lockInterruptibly();
        try {
            if (session == null) {
                start(folder.kept().orElseThrow(MeshProblem.NO_MESH::with), List.of());
            }
        } finally {
            changing.unlock();
        }
    }

    /// Goes up again if that is how the node was stopped.
    void rejoin() throws IOException, InterruptedException {
        try {
            if (folder.kept().filter(this::returns).isPresent()) {
                up();
            }
        } finally {
            returning = false;
        }
    }

    private boolean returns(KeptMesh kept) {
        return kept.up() && !fleeting;
    }

    private void start(KeptMesh kept, List<PublicKey> allowed) throws IOException {
        requireFolder(kept.settings().discovery());
        folder.closeToOthers();
        var next = kept.next();
        var secret = new MeshSecret(next.settings().secret().orElseThrow(), parts.hashing());
        var roster = folder.roster(secret);
        for (var key : allowed) {
            if (!roster.admits(key)) {
                roster.decide(key, key.toString().substring(0, 12), true);
            }
        }
        folder.keep(next.with(kept.up()));
        var starting = new Session(parts, folder.path(), next, roster, secret, () -> listeners);
        session = starting;
        boolean started = false;
        try {
            starting.start(folder.path());
            started = true;
        } finally {
            if (!started) {
                close();
            }
        }
        folder.keep(next);
    }

    private static void requireFolder(Discovery discovery) {
        if (discovery instanceof Discovery.SharedFolder(var shared)
                && !(Files.isDirectory(shared) && Files.isWritable(shared))) {
            throw MeshProblem.BAD_FOLDER.with(shared, "it is no folder that can be written to");
        }
    }

    private static void requireKnown(Endpoint bind, Optional<Endpoint> advertised) {
        Addresses.requireKnown(bind);
        advertised.ifPresent(Addresses::requireKnown);
    }

    private void requireStaying() {
        if (fleeting) {
            throw MeshProblem.NODE_ENDS.with();
        }
    }

    private void refuseSecond() {
        var now = session;
        if (now != null) {
            throw MeshProblem.ALREADY_UP.with(now.kept().settings().name());
        }
    }

    @Override
    public void leave() throws IOException, InterruptedException {
        changing.lockInterruptibly();
        try {
            var kept = folder.kept().orElseThrow(MeshProblem.NO_MESH::with);
            folder.keep(kept.with(false));
            close();
        } finally {
            changing.unlock();
        }
    }

    private void close() throws IOException {
        var now = session;
        session = null;
        if (now != null) {
            now.close();
        }
    }

    @Override
    public Invitation invite(Duration validity) throws IOException {
        return running().invite(validity);
    }

    @Override
    public void join(String text, String node, Endpoint bind, Optional<Endpoint> advertised)
            throws IOException, InterruptedException {
        requireStaying();
        changing.lockInterruptibly();
        try {
            refuseSecond();
            requireKnown(bind, advertised);
            var token = Token.parse(text, parts.hashing());
            var grant = new Newcomer(parts, token, node).redeem();
            var secret = new MeshSecret(grant.secret(), parts.hashing());
            var roster = folder.roster(secret);
            roster.decide(token.inviter(), "inviter", true);
            roster.offer(grant.admissions());
            var settings =
                    new MeshSettings(
                            grant.mesh(),
                            node,
                            Newcomer.discovery(grant.discovery(), token.addresses()),
                            bind,
                            advertised,
                            Optional.of(grant.secret()),
                            List.of());
            long incarnation = folder.kept().map(KeptMesh::incarnation).orElse(0L);
            start(new KeptMesh(false, settings, incarnation), List.of());
        } finally {
            changing.unlock();
        }
    }

    @Override
    public void allow(PublicKey key, String name) throws IOException {
        running().decide(key, name, true);
    }

    @Override
    public PeerId deny(String peer) throws IOException {
        var now = running();
        var meant = now.membership().meantBy(peer);
        if (meant.size() != 1) {
            var why = meant.isEmpty() ? "" : ": several begin so";
            throw MeshProblem.UNKNOWN_PEER.with(peer, why);
        }
        now.decide(meant.getFirst().key(), meant.getFirst().name(), false);
        return meant.getFirst().id();
    }

    @Override
    public List<Finding> diagnose() throws InterruptedException {
        var now = session;
        return now == null ? List.of() : new Diagnosis(now).findings();
    }

    private Session running() {
        var now = session;
        if (now == null) {
            throw MeshProblem.NO_MESH.with();
        }
        return now;
    }

    private static byte[] newSecret() {
        var secret = new byte[MeshSettings.SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        return secret;
    }
}
