package dev.mens.crypto;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/// This node's identity. Its private key never leaves the provider.
@ProviderType
public interface Signer {

    /// @throws dev.mens.diagnostics.ProblemException vox/crypto/identity-too-open and other faults
    ///     of the key file
    PublicKey publicKey() throws IOException;

    /// @return 64 bytes, deterministic
    /// @throws dev.mens.diagnostics.ProblemException as {@link #publicKey}
    /// @see <a href="https://www.rfc-editor.org/rfc/rfc8032">RFC 8032, Ed25519</a>
    byte[] sign(byte[] message) throws IOException;
}
