package dev.mens.cluster.trust;

import dev.mens.crypto.Hashing;
import dev.mens.crypto.PublicKey;
import dev.mens.crypto.Signer;
import dev.mens.crypto.Verifier;
import dev.mens.mesh.Endpoint;
import dev.mens.mesh.MeshProblem;
import dev.mens.mesh.MeshSettings;
import dev.mens.mesh.PeerId;
import dev.mens.storage.Cbor;
import dev.mens.storage.CborFields;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a peer says of itself when it meets others.
///
/// @param addresses where it can be dialled, best first
/// @param version of Mens
/// @param incarnation counts how often the peer went up; the highest is the peer as it is now
public record Card(
        PublicKey key, String name, List<Endpoint> addresses, String version, long incarnation) {
    private static final String VERSION = "[0-9A-Za-z._-]{1,64}";
    private static final int MAX_ADDRESSES = 8;

    public Card {
        addresses = List.copyOf(addresses);
        if (!MeshSettings.isName(name)) {
            throw MeshProblem.BAD_NAME.with(name);
        }
        if (!version.matches(VERSION) || addresses.size() > MAX_ADDRESSES) {
            throw MeshProblem.BAD_FACTS.with("a card has no sound version or too many addresses");
        }
    }

    public PeerId id(Hashing hashing) {
        return PeerId.of(key, hashing);
    }

    public byte[] sign(Signer signer) throws IOException {
        var body =
                Cbor.encode(
                        Map.of(
                                "key", key.bytes(),
                                "name", name,
                                "addresses", addresses.stream().map(Endpoint::toString).toList(),
                                "version", version,
                                "incarnation", incarnation));
        return Cbor.encode(Map.of("body", body, "signature", signer.sign(body)));
    }

    /// @return empty if its key did not sign it
    /// @throws dev.mens.diagnostics.ProblemException vox/mesh/bad-facts and others if it is no card
    public static Optional<Card> read(byte[] signed, Verifier verifier) {
        var problem = MeshProblem.BAD_FACTS;
        var envelope =
                CborFields.of(Cbor.decode(signed, problem), "a card", problem, "body", "signature");
        var body = envelope.bytes("body");
        var fields =
                CborFields.of(
                        Cbor.decode(body, problem),
                        "a card",
                        problem,
                        "key",
                        "name",
                        "addresses",
                        "version",
                        "incarnation");
        var key = new PublicKey(fields.bytes("key"));
        if (!verifier.verify(key, body, envelope.bytes("signature"))) {
            return Optional.empty();
        }
        return Optional.of(
                new Card(
                        key,
                        fields.text("name"),
                        fields.list("addresses", String.class).stream()
                                .map(text -> Endpoint.parse(text, 0))
                                .toList(),
                        fields.text("version"),
                        fields.number("incarnation", Long.MAX_VALUE - 1)));
    }
}
