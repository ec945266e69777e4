package dev.mens.cluster;

import dev.mens.cluster.facts.SharedInventory;
import dev.mens.cluster.facts.SharedRoster;
import dev.mens.cluster.gate.Caller;
import dev.mens.cluster.gate.Gate;
import dev.mens.cluster.gate.Guest;
import dev.mens.cluster.gate.Refusals;
import dev.mens.cluster.group.Group;
import dev.mens.cluster.group.GroupSockets;
import dev.mens.cluster.relay.Routers;
import dev.mens.cluster.trust.Admission;
import dev.mens.cluster.trust.Card;
import dev.mens.cluster.trust.Invitations;
import dev.mens.cluster.trust.KeptMesh;
import dev.mens.cluster.trust.MeshSecret;
import dev.mens.cluster.trust.Roster;
import dev.mens.cluster.trust.Token;
import dev.mens.crypto.PublicKey;
import dev.mens.mesh.Discovery;
import dev.mens.mesh.Endpoint;
import dev.mens.mesh.Mesh;
import dev.mens.mesh.MeshListener;
import dev.mens.mesh.PeerId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything that exists while a mesh is up, from the port to the shared state.
final class Session implements AutoCloseable, Member.Rooms {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final Parts parts;
    private final KeptMesh kept;
    private final MeshSecret secret;
    private final Roster roster;
    private final Refusals refusals = new Refusals();
    private final Gate gate;
    private final Endpoint advertised;
    private final Invitations invitations;
    private final SharedRoster sharedRoster;
    private final Member member;
    private final Connections connections;
    private final Optional<Routers> routers;
    private final GroupSockets sockets;
    private final Membership membership;
    private volatile @Nullable Group group;

    Session(
            Parts parts,
            Path folder,
            KeptMesh kept,
            Roster roster,
            MeshSecret secret,
            Supplier<List<MeshListener>> listeners)
            throws IOException {
        this.parts = parts;
        this.kept = kept;
        this.secret = secret;
        this.roster = roster;
        var settings = kept.settings();
        var station = parts.station();
        invitations = new Invitations(folder.resolve("invitations"), parts.clock());
        sharedRoster =
                new SharedRoster(roster, parts.signer(), parts.verifier(), this::rosterChanged);
        membership =
                new Membership(parts.self(), roster, parts.hashing(), parts.clock(), listeners);
        routers =
                settings.discovery() instanceof Discovery.Routers(var places)
                        ? Optional.of(new Routers(places, station, secret.tagHex()))
                        : Optional.empty();
        gate = new Gate(settings.bind(), station, refusals);
        boolean made = false;
        try {
            advertised = Addresses.advertised(settings, gate.listening());
            member = new Member(parts, kept, roster, secret, invitations, card(), this);
            var caller = new Caller(station, member);
            connections = new Connections(caller, secret, routers, roster, membership);
            sockets = new GroupSockets(gate.listening().port(), connections::dialForGroup);
            made = true;
        } finally {
            if (!made) {
                gate.close();
            }
        }
    }

    /// Opens the gate and joins the group; who is present is known as soon as the group knows it.
    void start(Path folder) throws IOException {
        gate.open(member);
        if (routers.isPresent()) {
            routers.get().register(advertised, s -> gate.welcome(s, member));
            routers.get().awaitReached();
        }
        var joined = group(folder);
        group = joined;
        parts.streams().attach(connections::dialForLink);
        parts.inventory().attach(joined.state(), parts.self(), membership::ids);
        sharedRoster.attach(joined.state());
    }

    private Card card() throws IOException {
        return new Card(
                parts.signer().publicKey(),
                kept.settings().node(),
                List.of(advertised),
                parts.software(),
                kept.incarnation());
    }

    private Group group(Path folder) throws IOException {
        var known = new HashSet<Endpoint>();
        roster.cards().forEach(card -> known.addAll(card.addresses()));
        known.remove(advertised);
        var plan =
                new Group.Plan(
                        parts.self(),
                        kept.incarnation(),
                        secret,
                        kept.settings().discovery(),
                        gate.listening(),
                        advertised,
                        known,
                        () -> routers.map(Routers::places).orElse(List.of()),
                        folder.resolve("shared"));
        return new Group(
                plan, sockets, parts.sealing(), this::see, SharedInventory::newer, this::changed);
    }

    private void see(Map<PeerId, Long> present) {
        membership.see(present).forEach(this::cut);
    }

    private void changed(byte[] key, byte[] value) {
        sharedRoster.changed(key, value);
        parts.inventory().changed(key, value);
    }

    @Override
    public void rosterChanged(List<Admission> news) {
        for (var admission : news) {
            if (!admission.admitted()) {
                cut(PeerId.of(admission.subject(), parts.hashing()));
            }
        }
        sharedRoster.publish(news);
        membership.tell();
    }

    Membership membership() {
        return membership;
    }

    /// A token that admits one node.
    Mesh.Invitation invite(Duration validity) throws IOException {
        var open = invitations.make(validity);
        var settings = kept.settings();
        var token =
                new Token(
                        settings.name(),
                        List.of(advertised),
                        settings.discovery() instanceof Discovery.Routers(var places)
                                ? places
                                : List.of(),
                        secret.tag(),
                        parts.signer().publicKey(),
                        open.ticket(),
                        open.secret(),
                        open.expires());
        return new Mesh.Invitation(
                token.text(parts.hashing()), Instant.ofEpochMilli(open.expires()));
    }

    KeptMesh kept() {
        return kept;
    }

    Refusals refusals() {
        return refusals;
    }

    Endpoint listening() {
        return gate.listening();
    }

    Endpoint advertised() {
        return advertised;
    }

    Optional<Routers> routers() {
        return routers;
    }

    /// Admits or shuts out by this node's word, and tells everybody.
    void decide(PublicKey key, String name, boolean admitted) throws IOException {
        rosterChanged(List.of(roster.decide(key, name, admitted)));
    }

    @Override
    public void enterGroup(Guest guest) throws IOException {
        connections.track(guest);
        sockets.offer(guest);
    }

    /// Breaks every connection to a peer that has gone or was shut out.
    private void cut(PeerId peer) {
        parts.streams().cut(peer);
        connections.cut(peer);
    }

    Connections connections() {
        return connections;
    }

    /// Dials this node where others are told that it is.
    void probe() throws IOException {
        connections.probe(parts.self(), advertised, 0);
    }

    private void closeEntrances() {
        gate.close();
        routers.ifPresent(Routers::close);
    }

    @Override
    public void close() throws IOException {
        parts.inventory().detach();
        parts.streams().detach();
        try (var left = group) {
            LOG.debug("Leaving {}", left);
        } finally {
            closeEntrances();
            connections.cutAll();
            sharedRoster.close();
            membership.close();
        }
    }
}
