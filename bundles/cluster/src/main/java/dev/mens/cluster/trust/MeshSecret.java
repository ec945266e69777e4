package dev.mens.cluster.trust;

import dev.mens.crypto.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// What every member of a mesh knows, and what is derived from it.
public final class MeshSecret {
    private static final int TAG_BYTES = 16;
    private static final int PROOF_BYTES = 32;
    private static final byte[] NO_SALT = new byte[0];

    private final byte[] secret;
    private final Hashing hashing;
    private final byte[] tag;

    /// @param secret 32 bytes
    public MeshSecret(byte[] secret, Hashing hashing) {
        this.secret = secret.clone();
        this.hashing = hashing;
        this.tag = hashing.derive(secret, NO_SALT, text("mens mesh tag"), TAG_BYTES);
    }

    public byte[] bytes() {
        return secret.clone();
    }

    /// Names the mesh to strangers, who learn nothing from it.
    public byte[] tag() {
        return tag.clone();
    }

    public String tagHex() {
        return HexFormat.of().formatHex(tag);
    }

    /// A key for one use only, such as sealing datagrams.
    public byte[] key(String use) {
        return hashing.derive(secret, NO_SALT, text("mens mesh " + use), PROOF_BYTES);
    }

    /// Shows that its maker knows the secret, within one TLS connection and in one direction.
    ///
    /// @param binding what only the two ends of the connection can compute (RFC 9266)
    public byte[] proof(byte[] binding, String role) {
        return hashing.derive(secret, binding, text("mens mesh proof " + role), PROOF_BYTES);
    }

    /// In the same time wherever the two differ.
    public boolean isProof(byte[] claimed, byte[] binding, String role) {
        var expected = proof(binding, role);
        int difference = expected.length ^ claimed.length;
        for (int i = 0; i < expected.length && i < claimed.length; i++) {
            difference |= expected[i] ^ claimed[i];
        }
        return difference == 0;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
