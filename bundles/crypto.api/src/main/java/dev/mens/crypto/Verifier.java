package dev.mens.crypto;

import org.osgi.annotation.versioning.ProviderType;

/// Checks signatures of any node. Thread-safe.
@ProviderType
public interface Verifier {

    /// @return false for every input that is no valid signature, whatever its size
    boolean verify(PublicKey signer, byte[] message, byte[] signature);
}
