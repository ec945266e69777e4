package dev.mens.cluster.links;

import dev.mens.cluster.gate.Guest;
import dev.mens.mesh.Link;
import dev.mens.mesh.LinkProtocol;
import dev.mens.mesh.MeshProblem;
import dev.mens.mesh.PeerId;
import dev.mens.mesh.PeerLinks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Links over TLS connections, one each. A link lives as long as its peer is in the mesh: the group
/// notices a peer that died or hangs, and then its links are cut.
@Component(service = {PeerLinks.class, PeerStreams.class})
public final class PeerStreams implements PeerLinks {
    private static final Logger LOG = LoggerFactory.getLogger(PeerStreams.class);

    /// Of one peer at a time, so that one cannot take all threads and sockets.
    private static final int MAX_OF_ONE_PEER = 64;

    /// Opens connections to peers that are present.
    @FunctionalInterface
    public interface Dialling {
        /// @throws dev.mens.diagnostics.ProblemException vox/mesh/unknown-peer and others
        Guest dial(PeerId peer, byte[] protocol) throws IOException;
    }

    private final Map<PeerId, Set<SocketLink>> open = new ConcurrentHashMap<>();
    private final Dials dials = new Dials();
    private final Map<SocketLink, Thread> serving = new ConcurrentHashMap<>();
    private final Map<String, LinkProtocol> protocols = new ConcurrentHashMap<>();
    private volatile @Nullable Dialling dialling;

    public void addProtocol(LinkProtocol protocol) {
        protocols.put(protocol.name(), protocol);
    }

    public void removeProtocol(LinkProtocol protocol) {
        if (protocols.remove(protocol.name(), protocol)) {
            serving.keySet().stream()
                    .filter(link -> link.protocol().equals(protocol.name()))
                    .forEach(this::cut);
        }
    }

    /// The mesh is up.
    public void attach(Dialling toPeers) {
        dialling = toPeers;
    }

    /// The mesh goes down: every link is cut.
    public void detach() {
        dialling = null;
        open.keySet().forEach(this::cut);
    }

    @Override
    public Link open(PeerId peer, String protocol) throws IOException {
        var toPeers = dialling;
        if (toPeers == null) {
            throw MeshProblem.UNKNOWN_PEER.with(peer.abbreviated(), ": this node is in no mesh");
        }
        var guest = dials.dial(toPeers, peer, protocol.getBytes(StandardCharsets.UTF_8));
        return add(new SocketLink(guest, protocol, this::forget));
    }

    /// @throws dev.mens.diagnostics.ProblemException vox/mesh/no-protocol if nothing here speaks
    ///     it, or vox/mesh/too-many-connections
    public void check(PeerId peer, byte[] protocol) {
        var name = new String(protocol, StandardCharsets.UTF_8);
        if (!protocols.containsKey(name)) {
            var spoken = String.join(", ", new TreeSet<>(protocols.keySet()));
            throw MeshProblem.NO_PROTOCOL.with("this node", name + ", but " + spoken);
        }
        if (open.getOrDefault(peer, Set.of()).size() >= MAX_OF_ONE_PEER) {
            throw MeshProblem.TOO_MANY.with(peer.abbreviated());
        }
    }

    /// Serves a peer that has opened a link.
    public void serve(Guest guest) throws IOException, InterruptedException {
        var name = new String(guest.detail(), StandardCharsets.UTF_8);
        try (var link = add(new SocketLink(guest, name, this::forget))) {
            serving.put(link, Thread.currentThread());
            var protocol = Optional.ofNullable(protocols.get(name));
            if (protocol.isPresent()) {
                protocol.get().serve(link);
            }
        } catch (RuntimeException ours) {
            LOG.error("{} failed", name, ours);
        }
    }

    /// The peer has left, or was shut out.
    public void cut(PeerId peer) {
        dials.cut(peer);
        List.copyOf(open.getOrDefault(peer, Set.of())).forEach(this::cut);
    }

    private void cut(SocketLink link) {
        link.cut();
        var thread = serving.get(link);
        if (thread != null) {
            thread.interrupt();
        }
    }

    private SocketLink add(SocketLink link) {
        open.compute(
                link.peer(),
                (peer, others) -> {
                    var links = others == null ? ConcurrentHashMap.<SocketLink>newKeySet() : others;
                    links.add(link);
                    return links;
                });
        return link;
    }

    private void forget(SocketLink link) {
        serving.remove(link);
        open.computeIfPresent(
                link.peer(),
                (peer, links) -> {
                    links.remove(link);
                    return links.isEmpty() ? null : links;
                });
    }
}
