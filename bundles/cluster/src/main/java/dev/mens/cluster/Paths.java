package dev.mens.cluster;

import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Endpoint;
import dev.mens.mesh.Mesh.Finding;
import dev.mens.mesh.Peer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/// Whether large packets get to the peers. On a way whose MTU is smaller than its ends know, and
/// whose routers do not say so, a greeting arrives and a model never does.
final class Paths {
    /// More than any MTU, so that full packets must pass.
    private static final int LARGE = 48 << 10;

    /// A large mesh is tried in part.
    private static final int MAX_PEERS = 16;

    private final Session session;

    Paths(Session session) {
        this.session = session;
    }

    /// One for each peer that is reached directly.
    List<Finding> findings() {
        var tries =
                session.membership().present().stream()
                        .filter(peer -> peer.state() == Peer.State.PRESENT)
                        .filter(peer -> !peer.addresses().isEmpty())
                        .limit(MAX_PEERS)
                        .map(peer -> (Callable<Optional<Finding>>) () -> path(peer))
                        .toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return threads.invokeAll(tries).stream()
                    .map(
                            done -> {
                                try {
                                    return done.get();
                                } catch (ExecutionException | InterruptedException ours) {
                                    throw new AssertionError(ours);
                                }
                            })
                    .flatMap(Optional::stream)
                    .toList();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private Optional<Finding> path(Peer peer) {
        var at = peer.addresses().getFirst();
        if (!arrives(peer, at, 0)) {
            // Reached through a router, or not at all: others report that.
            return Optional.empty();
        }
        boolean good = arrives(peer, at, LARGE);
        var known = PathMtu.to(new InetSocketAddress(at.host(), at.port()));
        var packets =
                known.isPresent() ? "packets of up to " + known.getAsInt() + " bytes" : "packets";
        return Optional.of(
                new Finding(
                        "MTU to " + peer.name(),
                        good,
                        packets + (good ? " arrive" : " leave, and large ones do not arrive"),
                        good
                                ? ""
                                : "let ICMP through on every hop, or lower the MTU of this"
                                        + " machine's interface until large packets arrive"));
    }

    private boolean arrives(Peer peer, Endpoint at, int bytes) {
        try {
            session.connections().probe(peer.id(), at, bytes);
            return true;
        } catch (IOException | ProblemException lost) {
            return false;
        }
    }
}
