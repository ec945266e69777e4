package dev.mens.crypto;

import java.util.Arrays;
import java.util.HexFormat;

/// An Ed25519 public key; the identity of a node.
///
/// @param bytes 32, as RFC 8032 encodes them
public record PublicKey(byte[] bytes) {
    public static final int BYTES = 32;

    public PublicKey {
        if (bytes.length != BYTES) {
            throw CryptoProblem.BAD_KEY.with(bytes.length, BYTES);
        }
        bytes = bytes.clone();
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PublicKey(byte[] others) && Arrays.equals(bytes, others);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /// Lower-case hexadecimal.
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
