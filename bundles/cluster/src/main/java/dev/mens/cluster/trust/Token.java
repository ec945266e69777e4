package dev.mens.cluster.trust;

import dev.mens.crypto.Hashing;
import dev.mens.crypto.PublicKey;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Endpoint;
import dev.mens.mesh.MeshProblem;
import dev.mens.storage.Cbor;
import dev.mens.storage.CborFields;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// An invitation as people pass it on: where to go, whom to expect there, and what to show.
///
/// @param mesh its name
/// @param addresses of the inviting peer, best first
/// @param routers that relay to it; empty if it uses none
/// @param inviter whose identity must answer
/// @param ticket names the invitation, 16 bytes
/// @param secret proves that the bearer has it, 32 bytes
/// @param expires milliseconds since 1970, by the inviter's clock
public record Token(
        String mesh,
        List<Endpoint> addresses,
        List<Endpoint> routers,
        byte[] tag,
        PublicKey inviter,
        byte[] ticket,
        byte[] secret,
        long expires) {
    private static final String PREFIX = "mens1-";
    private static final int CHECK_BYTES = 4;
    private static final int MAX_LENGTH = 4096;

    public Token {
        addresses = List.copyOf(addresses);
        routers = List.copyOf(routers);
    }

    public String text(Hashing hashing) {
        var body =
                Cbor.encode(
                        Map.of(
                                "mesh", mesh,
                                "addresses", addresses.stream().map(Endpoint::toString).toList(),
                                "routers", routers.stream().map(Endpoint::toString).toList(),
                                "tag", tag,
                                "inviter", inviter.bytes(),
                                "ticket", ticket,
                                "secret", secret,
                                "expires", expires));
        var checked = Arrays.copyOf(body, body.length + CHECK_BYTES);
        System.arraycopy(hashing.blake3(body), 0, checked, body.length, CHECK_BYTES);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(checked);
    }

    /// @throws dev.mens.diagnostics.ProblemException vox/mesh/bad-token
    public static Token parse(String text, Hashing hashing) {
        var compact = text.replaceAll("\\s", "");
        if (!compact.startsWith(PREFIX) || compact.length() > MAX_LENGTH) {
            throw MeshProblem.BAD_TOKEN.with("it does not begin with " + PREFIX);
        }
        byte[] checked;
        try {
            checked = Base64.getUrlDecoder().decode(compact.substring(PREFIX.length()));
        } catch (IllegalArgumentException malformed) {
            throw MeshProblem.BAD_TOKEN.because(malformed, "it has characters of no token");
        }
        int length = checked.length - CHECK_BYTES;
        var body = Arrays.copyOf(checked, Math.max(0, length));
        boolean whole =
                length > 0
                        && Arrays.equals(
                                hashing.blake3(body), 0, CHECK_BYTES, checked, length, length + 4);
        if (!whole) {
            throw MeshProblem.BAD_TOKEN.with("a part of it is missing or changed");
        }
        return decode(body);
    }

    private static Token decode(byte[] body) {
        var problem = MeshProblem.BAD_TOKEN;
        var fields =
                CborFields.of(
                        Cbor.decode(body, problem),
                        "the token",
                        problem,
                        "mesh",
                        "addresses",
                        "routers",
                        "tag",
                        "inviter",
                        "ticket",
                        "secret",
                        "expires");
        try {
            return new Token(
                    fields.text("mesh"),
                    endpoints(fields.list("addresses", String.class)),
                    endpoints(fields.list("routers", String.class)),
                    fields.bytes("tag"),
                    new PublicKey(fields.bytes("inviter")),
                    fields.bytes("ticket"),
                    fields.bytes("secret"),
                    fields.number("expires", Long.MAX_VALUE));
        } catch (ProblemException unsound) {
            throw problem.because(unsound, unsound.facts());
        }
    }

    private static List<Endpoint> endpoints(List<String> texts) {
        return texts.stream().map(text -> Endpoint.parse(text, 0)).toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Token that && Arrays.equals(ticket, that.ticket);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ticket);
    }
}
