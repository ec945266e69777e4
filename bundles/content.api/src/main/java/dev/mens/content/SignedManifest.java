package dev.mens.content;

import dev.mens.crypto.PublicKey;
import java.util.Arrays;

/// A manifest that somebody vouches for.
///
/// @param signature 64 bytes over the manifest's canonical bytes
public record SignedManifest(Manifest manifest, PublicKey signer, byte[] signature) {
    public SignedManifest {
        signature = signature.clone();
    }

    @Override
    public byte[] signature() {
        return signature.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SignedManifest(var others, var key, byte[] bytes)
                && manifest.equals(others)
                && signer.equals(key)
                && Arrays.equals(signature, bytes);
    }

    @Override
    public int hashCode() {
        return manifest.hashCode();
    }
}
