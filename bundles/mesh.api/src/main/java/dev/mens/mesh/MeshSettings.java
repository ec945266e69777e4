package dev.mens.mesh;

import dev.mens.crypto.PublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// How a node takes part in a mesh; kept over restarts.
///
/// @param name of the mesh, for people: 1 to 40 letters, digits, dots, dashes and underscores
/// @param node what this node calls itself, by the same rule
/// @param bind where it listens; nothing but loopback unless the user says so
/// @param advertised where others reach it, if not where it listens
/// @param secret 32 bytes that every member knows; empty to keep the one it has, or make a new one
/// @param allowed identities to admit from the start
public record MeshSettings(
        String name,
        String node,
        Discovery discovery,
        Endpoint bind,
        Optional<Endpoint> advertised,
        Optional<byte[]> secret,
        List<PublicKey> allowed) {
    public static final int SECRET_BYTES = 32;

    /// What a node listens on unless told otherwise.
    public static final Endpoint LOOPBACK = new Endpoint("127.0.0.1", 7447);

    public MeshSettings {
        for (var label : List.of(name, node)) {
            if (!isName(label)) {
                throw MeshProblem.BAD_NAME.with(label);
            }
        }
        secret = secret.map(byte[]::clone);
        secret.filter(bytes -> bytes.length != SECRET_BYTES)
                .ifPresent(
                        bytes -> {
                            throw MeshProblem.BAD_SECRET.with(bytes.length, SECRET_BYTES);
                        });
        allowed = List.copyOf(allowed);
    }

    /// Whether a text can name a mesh or a node.
    public static boolean isName(String text) {
        return text.matches("[0-9A-Za-z][0-9A-Za-z._-]{0,39}");
    }

    public MeshSettings withSecret(byte[] known) {
        return new MeshSettings(
                name, node, discovery, bind, advertised, Optional.of(known), allowed);
    }

    @Override
    public Optional<byte[]> secret() {
        return secret.map(byte[]::clone);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MeshSettings that
                && name.equals(that.name)
                && node.equals(that.node)
                && discovery.equals(that.discovery)
                && bind.equals(that.bind)
                && advertised.equals(that.advertised)
                && Arrays.equals(secret.orElse(null), that.secret.orElse(null))
                && allowed.equals(that.allowed);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, node, discovery, bind, advertised, allowed);
    }

    /// Without the secret.
    @Override
    public String toString() {
        return "MeshSettings[%s as %s by %s on %s]".formatted(name, node, discovery, bind);
    }
}
