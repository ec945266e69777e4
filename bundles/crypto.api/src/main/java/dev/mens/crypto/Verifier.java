package dev.mens.crypto;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/// Checks signatures of any node. Thread-safe.
@ProviderType
public interface Verifier {

    /// @return false for every input that is no valid signature, whatever its size
    boolean verify(PublicKey signer, byte[] message, byte[] signature);

    /// As {@link #verify} for many at once, which takes a fraction of the time. Whether one is
    /// valid does not depend on the others, nor on how many there are; but signatures that no
    /// honest signer makes may be valid here and not there (RFC 8032, section 5.1.7, allows both).
    /// So whoever must agree with others on what is valid uses this one always.
    ///
    /// @return for each whether its signature is valid
    boolean[] verifyAll(List<Signed> all);

    /// A signature to be checked. Its arrays are not copied.
    record Signed(PublicKey signer, byte[] message, byte[] signature) {}
}
