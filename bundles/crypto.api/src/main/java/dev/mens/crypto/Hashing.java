package dev.mens.crypto;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.osgi.annotation.versioning.ProviderType;

/// The hashes that name content: SHA3-512 for identity, BLAKE3 for chunks. Thread-safe.
@ProviderType
public interface Hashing {
    int SHA3_BYTES = 64;
    int BLAKE3_BYTES = 32;

    /// @return 64 bytes
    /// @see <a href="https://doi.org/10.6028/NIST.FIPS.202">FIPS 202</a>
    byte[] sha3(byte[] bytes);

    /// @return 32 bytes
    byte[] blake3(byte[] bytes);

    /// A new SHA3-512 of what is yet to come.
    Hasher sha3();

    /// Both hashes of a whole file in one pass; leaves of the tree are hashed on other cores.
    ///
    /// @param progress told the bytes hashed so far, from the calling thread
    FileHash hash(Path file, LongConsumer progress) throws IOException, InterruptedException;

    /// Whether the first `count` bytes are the whole chunk `index` of `tree`.
    boolean isChunk(ChunkTree tree, int index, byte[] bytes, int count);

    /// The BLAKE3 hash of the whole file, joined from the tree's leaves.
    byte[] root(ChunkTree tree);

    /// HKDF with SHA-256.
    ///
    /// @param count at most 8160
    /// @see <a href="https://www.rfc-editor.org/rfc/rfc5869">RFC 5869</a>
    byte[] derive(byte[] secret, byte[] salt, byte[] info, int count);

    /// One running hash; not thread-safe.
    @ProviderType
    interface Hasher {
        Hasher update(byte[] bytes, int from, int count);

        /// The hash of everything so far; ends this hasher.
        byte[] digest();
    }

    /// @param sha3 64 bytes
    record FileHash(byte[] sha3, ChunkTree tree) {}
}
