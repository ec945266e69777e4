package dev.mens.mesh;

import dev.mens.crypto.Hashing;
import dev.mens.crypto.PublicKey;
import java.util.HexFormat;

/// The name of a peer: BLAKE3-256 of its Ed25519 public key.
///
/// @param hex 64 lower-case digits
public record PeerId(String hex) implements Comparable<PeerId> {
    private static final int SHORT_DIGITS = 12;

    public PeerId {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw MeshProblem.BAD_PEER.with(hex, "64 lower-case hexadecimal digits");
        }
    }

    public static PeerId of(PublicKey key, Hashing hashing) {
        return new PeerId(HexFormat.of().formatHex(hashing.blake3(key.bytes())));
    }

    /// Enough digits for people to tell peers apart.
    public String abbreviated() {
        return hex.substring(0, SHORT_DIGITS);
    }

    @Override
    public int compareTo(PeerId other) {
        return hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
