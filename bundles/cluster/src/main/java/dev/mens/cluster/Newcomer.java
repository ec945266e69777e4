package dev.mens.cluster;

import dev.mens.cluster.gate.Caller;
import dev.mens.cluster.gate.Frames;
import dev.mens.cluster.gate.Guest;
import dev.mens.cluster.gate.House;
import dev.mens.cluster.gate.Purpose;
import dev.mens.cluster.relay.Routers;
import dev.mens.cluster.trust.Card;
import dev.mens.cluster.trust.MeshSecret;
import dev.mens.cluster.trust.Token;
import dev.mens.crypto.PublicKey;
import dev.mens.mesh.Discovery;
import dev.mens.mesh.Endpoint;
import dev.mens.mesh.MeshProblem;
import dev.mens.mesh.PeerId;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// A node that redeems an invitation: it goes to the peer that the token names, by whatever way
/// leads there, and gets what members know.
final class Newcomer implements House {
    private final Parts parts;
    private final Token token;
    private final byte[] card;

    /// @param node what it will call itself
    Newcomer(Parts parts, Token token, String node) throws IOException {
        this.parts = parts;
        this.token = token;
        this.card =
                new Card(parts.signer().publicKey(), node, List.of(), parts.software(), 0)
                        .sign(parts.signer());
    }

    Grant redeem() throws IOException {
        try (var socket = reach().socket()) {
            return Grant.decode(Frames.read(socket.getInputStream()));
        }
    }

    /// How the newcomer finds others: as the inviter does, or by the inviter itself where that
    /// would need a folder that is not here.
    static Discovery discovery(Discovery inviters, List<Endpoint> addresses) {
        return switch (inviters) {
            case Discovery.Multicast multicast -> multicast;
            case Discovery.Routers routers -> routers;
            case Discovery.StaticHosts(var hosts) -> {
                var all = new ArrayList<>(addresses);
                all.addAll(hosts);
                yield new Discovery.StaticHosts(all);
            }
            case Discovery.SharedFolder(var folder) ->
                    Files.isDirectory(folder) ? inviters : new Discovery.StaticHosts(addresses);
        };
    }

    private Guest reach() throws IOException {
        var caller = new Caller(parts.station(), this);
        var secret = new MeshSecret(token.secret(), parts.hashing());
        var inviter = Optional.of(PeerId.of(token.inviter(), parts.hashing()));
        var failure = new IOException("nothing was tried");
        for (var address : token.addresses()) {
            try {
                return caller.call(address, Purpose.JOIN, token.ticket(), secret, inviter);
            } catch (IOException unreachable) {
                failure = unreachable;
            }
        }
        if (!token.routers().isEmpty()) {
            var tag = HexFormat.of().formatHex(token.tag());
            try (var routers = new Routers(token.routers(), parts.station(), tag)) {
                var address = token.addresses().getFirst();
                var relayed = routers.dial(address);
                return caller.call(relayed, address, Purpose.JOIN, token.ticket(), secret, inviter);
            } catch (IOException unreachable) {
                failure.addSuppressed(unreachable);
            }
        }
        throw MeshProblem.UNREACHABLE.because(
                failure, "the inviting peer", token.addresses() + ": " + failure.getMessage());
    }

    @Override
    public MeshSecret secret(Purpose purpose, byte[] detail) {
        throw new AssertionError("nobody dials a newcomer");
    }

    @Override
    public Introduction introduction() {
        return new Introduction(card, List.of());
    }

    /// The inviter's identity was insisted on already.
    @Override
    public void admit(PublicKey key, Purpose purpose, byte[] detail, Introduction introduction) {}

    @Override
    public void prepare(PublicKey key, Purpose purpose, byte[] detail, Introduction introduction) {
        throw new AssertionError("nobody dials a newcomer");
    }

    @Override
    public void enter(Guest guest) {
        throw new AssertionError("nobody dials a newcomer");
    }
}
