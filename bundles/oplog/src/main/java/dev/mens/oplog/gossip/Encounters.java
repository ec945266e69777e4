package dev.mens.oplog.gossip;

import dev.mens.crypto.PublicKey;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Link;
import dev.mens.mesh.Mesh;
import dev.mens.mesh.Peer;
import dev.mens.mesh.PeerId;
import dev.mens.mesh.PeerLinks;
import dev.mens.oplog.log.Complaints;
import dev.mens.oplog.log.Replica;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Meetings with peers, those that this node begins and those that they begin.
final class Encounters implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Encounters.class);

    private final Replica replica;
    private final Mesh mesh;
    private final PeerLinks links;
    private final LongSupplier nanos;
    private final Complaints complaints;
    private final Floods floods = new Floods();
    private final Meetings meetings = new Meetings();
    private final KeptLinks kept;

    /// @param nanos a clock that never goes back
    Encounters(Replica replica, Mesh mesh, PeerLinks links, LongSupplier nanos) {
        this.replica = replica;
        this.mesh = mesh;
        this.links = links;
        this.nanos = nanos;
        this.complaints = new Complaints(LOG, nanos);
        this.kept = new KeptLinks(nanos);
    }

    /// Begins a meeting.
    ///
    /// @return whether any entries went either way
    boolean meet(PeerId peer) throws InterruptedException {
        if (!meetings.begin(peer)) {
            return false;
        }
        try {
            return exchange(begin(peer));
        } catch (EOFException busy) {
            LOG.debug("{} had no time", peer.abbreviated());
            return false;
        } catch (IOException | ProblemException failure) {
            // The next round may reach it, or another peer that has the same entries.
            LOG.debug("{} was not reached", peer.abbreviated(), failure);
            return false;
        } finally {
            meetings.end(peer);
        }
    }

    /// A meeting whose first words were said.
    private record Begun(Link link, Exchange exchange, boolean differ) {}

    /// On the link of the meeting before, unless the peer has ended it.
    private Begun begin(PeerId peer) throws IOException {
        var before = kept.take(peer);
        if (before.isPresent()) {
            try {
                return begin(before.get());
            } catch (IOException ended) {
                LOG.debug("{} has ended its link", peer.abbreviated(), ended);
            }
        }
        return begin(links.open(peer, Wire.NAME));
    }

    private Begun begin(Link link) throws IOException {
        boolean begun = false;
        try {
            var exchange = new Exchange(replica, link);
            boolean differ = exchange.begin();
            begun = true;
            return new Begun(link, exchange, differ);
        } catch (ProblemException broken) {
            throw complained(link, broken);
        } finally {
            if (!begun) {
                link.close();
            }
        }
    }

    private boolean exchange(Begun meeting) throws IOException, InterruptedException {
        var link = meeting.link();
        boolean whole = false;
        try {
            boolean moved = meeting.differ() && exchange(link, meeting.exchange());
            kept.keep(link);
            whole = true;
            return moved;
        } finally {
            if (!whole) {
                link.close();
            }
        }
    }

    private boolean exchange(Link link, Exchange exchange)
            throws IOException, InterruptedException {
        var peer = link.peer().abbreviated();
        try {
            var result = exchange.run(admitted());
            if (!result.refused().isEmpty()) {
                complaints.about(
                        "bad entries", peer + " sent what was refused: " + result.refused());
            }
            LOG.debug("{}: {} entries given, {} received", peer, result.given(), result.received());
            return result.given() + result.received() > 0;
        } catch (ProblemException broken) {
            throw complained(link, broken);
        }
    }

    private IOException complained(Link link, ProblemException broken) {
        complaints.about(
                "failed meetings",
                "A meeting with " + link.peer().abbreviated() + " failed: " + broken.getMessage());
        return new IOException(broken);
    }

    /// Answers the meetings that a peer begins on one link, one after the other.
    void serve(Link link) throws IOException, InterruptedException {
        while (true) {
            var exchange = new Exchange(replica, link);
            byte[] theirs;
            try {
                theirs = exchange.hear();
            } catch (EOFException left) {
                return;
            } catch (ProblemException broken) {
                throw complained(link, broken);
            }
            if (!mayMeet(link.peer())) {
                return;
            }
            try {
                if (exchange.answer(theirs)) {
                    exchange(link, exchange);
                }
            } finally {
                meetings.leave(link.peer());
            }
        }
    }

    private boolean mayMeet(PeerId peer) {
        if (!floods.permits(peer, nanos.getAsLong())) {
            complaints.about(
                    "meetings too often",
                    peer.abbreviated() + " asks too often and was turned away");
            return false;
        }
        return meetings.welcome(mesh.status().self(), peer);
    }

    /// Whoever is a member, or was one: what a peer that has left said stays said.
    private Predicate<PublicKey> admitted() {
        var members = mesh.peers().stream().map(Peer::key).collect(Collectors.toSet());
        return author -> members.contains(author) || everJoined(author);
    }

    private boolean everJoined(PublicKey author) {
        try {
            return replica.everJoined(author);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    void forget(PeerId peer) {
        floods.forget(peer);
    }

    @Override
    public void close() {
        kept.close();
    }
}
