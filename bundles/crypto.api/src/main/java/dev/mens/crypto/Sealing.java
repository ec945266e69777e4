package dev.mens.crypto;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/// Encryption that notices every change. Thread-safe.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8439#section-2.8">RFC 8439,
///     ChaCha20-Poly1305</a>
@ProviderType
public interface Sealing {
    int KEY_BYTES = 32;

    /// @param key 32 bytes; at most 2^32 messages under one key, because nonces are random
    /// @return 28 bytes longer than `plain`
    byte[] seal(byte[] key, byte[] plain);

    /// @return empty if it was not sealed with this key, or was changed
    Optional<byte[]> open(byte[] key, byte[] sealed);
}
