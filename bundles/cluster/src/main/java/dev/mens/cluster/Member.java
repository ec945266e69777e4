package dev.mens.cluster;

import dev.mens.cluster.gate.Frames;
import dev.mens.cluster.gate.Guest;
import dev.mens.cluster.gate.House;
import dev.mens.cluster.gate.Purpose;
import dev.mens.cluster.trust.Admission;
import dev.mens.cluster.trust.Card;
import dev.mens.cluster.trust.Invitations;
import dev.mens.cluster.trust.KeptMesh;
import dev.mens.cluster.trust.MeshSecret;
import dev.mens.cluster.trust.Roster;
import dev.mens.crypto.PublicKey;
import dev.mens.mesh.MeshProblem;
import dev.mens.mesh.PeerId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// This node as others meet it: whom it lets in, and for what.
final class Member implements House {
    /// In one introduction; a chain of admissions is much shorter.
    private static final int MAX_ADMISSIONS = 64;

    /// What a session does with whom it has let in.
    interface Rooms {
        void enterGroup(Guest guest) throws IOException;

        /// Somebody is admitted, or is known better.
        void rosterChanged(List<Admission> news);
    }

    private final Parts parts;
    private final KeptMesh kept;
    private final Roster roster;
    private final MeshSecret secret;
    private final Invitations invitations;
    private final byte[] card;
    private final Rooms rooms;

    Member(
            Parts parts,
            KeptMesh kept,
            Roster roster,
            MeshSecret secret,
            Invitations invitations,
            Card card,
            Rooms rooms)
            throws IOException {
        this.parts = parts;
        this.kept = kept;
        this.roster = roster;
        this.secret = secret;
        this.invitations = invitations;
        this.card = card.sign(parts.signer());
        this.rooms = rooms;
        roster.meet(card, this.card);
    }

    @Override
    public MeshSecret secret(Purpose purpose, byte[] detail) {
        return switch (purpose) {
            case GROUP, LINK, PROBE -> secret;
            case JOIN -> new MeshSecret(invitations.secret(detail), parts.hashing());
            case REGISTER, DIAL, ANSWER -> throw MeshProblem.NO_PROTOCOL.with("a node", purpose);
        };
    }

    @Override
    public Introduction introduction() {
        return new Introduction(card, roster.chain().stream().map(Admission::encode).toList());
    }

    @Override
    public void admit(PublicKey key, Purpose purpose, byte[] detail, Introduction introduction) {
        // A newcomer is admitted by its ticket.
        if (purpose == Purpose.JOIN) {
            return;
        }
        var offered =
                introduction.admissions().stream()
                        .limit(MAX_ADMISSIONS)
                        .map(Admission::decode)
                        .toList();
        var news = roster.offer(offered);
        if (!roster.admits(key)) {
            throw MeshProblem.NOT_ADMITTED.with(key);
        }
        card(key, introduction).ifPresent(known -> roster.meet(known, introduction.card()));
        rooms.rosterChanged(news);
    }

    @Override
    public void prepare(PublicKey key, Purpose purpose, byte[] detail, Introduction introduction)
            throws IOException {
        switch (purpose) {
            case GROUP, PROBE -> {}
            case LINK -> parts.streams().check(PeerId.of(key, parts.hashing()), detail);
            case JOIN -> redeem(key, detail, introduction);
            case REGISTER, DIAL, ANSWER -> throw new AssertionError(purpose);
        }
    }

    /// The ticket is used up before its bearer is told so, whatever happens then.
    private void redeem(PublicKey key, byte[] ticket, Introduction introduction)
            throws IOException {
        var name = card(key, introduction).map(Card::name).orElse(key.toString().substring(0, 12));
        invitations.redeem(ticket);
        rooms.rosterChanged(List.of(roster.decide(key, name, true)));
    }

    @Override
    public void enter(Guest guest) throws IOException, InterruptedException {
        switch (guest.purpose()) {
            case GROUP -> rooms.enterGroup(guest);
            case PROBE -> guest.cut();
            case LINK -> parts.streams().serve(guest);
            case JOIN -> grant(guest);
            case REGISTER, DIAL, ANSWER -> throw new AssertionError(guest.purpose());
        }
    }

    private void grant(Guest guest) throws IOException {
        var settings = kept.settings();
        var grant =
                new Grant(
                        settings.name(), secret.bytes(), settings.discovery(), roster.admissions());
        try (var socket = guest.socket()) {
            Frames.write(socket.getOutputStream(), grant.encode());
        }
    }

    private Optional<Card> card(PublicKey key, Introduction introduction) {
        return Card.read(introduction.card(), parts.verifier())
                .filter(known -> known.key().equals(key));
    }
}
