package dev.mens.cluster;

import dev.mens.cluster.gate.Caller;
import dev.mens.cluster.gate.Guest;
import dev.mens.cluster.gate.Purpose;
import dev.mens.cluster.relay.Routers;
import dev.mens.cluster.trust.MeshSecret;
import dev.mens.cluster.trust.Roster;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Endpoint;
import dev.mens.mesh.MeshProblem;
import dev.mens.mesh.PeerId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A session's connections to its peers: makes them, directly or through a router, and breaks those
/// of peers that are gone. Thread-safe.
final class Connections {
    private final Caller caller;
    private final MeshSecret secret;
    private final Optional<Routers> routers;
    private final Roster roster;
    private final Membership membership;
    private final Map<PeerId, Set<Guest>> ofGroup = new ConcurrentHashMap<>();
    private final Map<PeerId, Long> clocksAhead = new ConcurrentHashMap<>();
    private final Map<Endpoint, String> failures = new ConcurrentHashMap<>();

    Connections(
            Caller caller,
            MeshSecret secret,
            Optional<Routers> routers,
            Roster roster,
            Membership membership) {
        this.caller = caller;
        this.secret = secret;
        this.routers = routers;
        this.roster = roster;
        this.membership = membership;
    }

    /// How far the clocks of peers are ahead of this node's, in milliseconds, when last heard of.
    Map<PeerId, Long> clocksAhead() {
        return Map.copyOf(clocksAhead);
    }

    /// Addresses that could not be dialled the last time, and why.
    Map<Endpoint, String> failures() {
        return Map.copyOf(failures);
    }

    Guest dialForGroup(Endpoint to) throws IOException {
        var guest = dial(to, Purpose.GROUP, new byte[0], Optional.empty());
        track(guest);
        return guest;
    }

    Guest dialForLink(PeerId peer, byte[] protocol) throws IOException {
        var card = roster.card(peer).filter(known -> membership.isPresent(peer));
        if (card.isEmpty()) {
            throw MeshProblem.UNKNOWN_PEER.with(peer.abbreviated(), "");
        }
        var failure = new IOException(peer.abbreviated() + " cannot be reached");
        for (var address : card.get().addresses()) {
            try {
                return dial(address, Purpose.LINK, protocol, Optional.of(peer));
            } catch (IOException unreachable) {
                failure.addSuppressed(unreachable);
            }
        }
        throw failure;
    }

    /// Dials a peer, directly, and sends it so many bytes with the greeting.
    void probe(PeerId peer, Endpoint at, int bytes) throws IOException {
        caller.call(at, Purpose.PROBE, new byte[bytes], secret, Optional.of(peer)).cut();
    }

    /// Keeps a connection of the group, so that it can be broken.
    void track(Guest guest) {
        clocksAhead.put(guest.id(), guest.aheadMillis());
        ofGroup.compute(
                guest.id(),
                (_, before) -> {
                    Set<Guest> open = before == null ? ConcurrentHashMap.newKeySet() : before;
                    open.removeIf(o -> o.socket().isClosed() || o.transport().isClosed());
                    open.add(guest);
                    return open;
                });
    }

    void cut(PeerId peer) {
        var open = ofGroup.remove(peer);
        if (open != null) {
            open.forEach(Guest::cut);
        }
    }

    void cutAll() {
        List.copyOf(ofGroup.keySet()).forEach(this::cut);
    }

    private Guest dial(Endpoint to, Purpose purpose, byte[] detail, Optional<PeerId> expected)
            throws IOException {
        try {
            var guest = directlyOrRelayed(to, purpose, detail, expected);
            failures.remove(to);
            return guest;
        } catch (IOException | ProblemException failed) {
            failures.put(to, String.valueOf(failed.getMessage()));
            throw failed;
        }
    }

    private Guest directlyOrRelayed(
            Endpoint to, Purpose purpose, byte[] detail, Optional<PeerId> expected)
            throws IOException {
        try {
            return caller.call(to, purpose, detail, secret, expected);
        } catch (IOException | ProblemException direct) {
            if (routers.isEmpty()) {
                throw direct;
            }
            try {
                var relayed = routers.get().dial(to);
                return caller.call(relayed, to, purpose, detail, secret, expected);
            } catch (IOException alsoFailed) {
                direct.addSuppressed(alsoFailed);
                throw direct;
            }
        }
    }
}
