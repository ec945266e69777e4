/// Hashes, signatures and keys. Nothing outside the bundle `crypto` computes any of them.
///
/// Content is named by SHA3-512; chunks of large files are checked by {@link
/// dev.mens.crypto.ChunkTree BLAKE3}; {@link dev.mens.crypto.MerkleTree} joins the hashes of
/// shards; a node signs with Ed25519 through {@link dev.mens.crypto.Signer}, and shows who it is in
/// TLS with its {@link dev.mens.crypto.IdentityCertificate}.
@Export
@Version("1.1.0")
@NullMarked
package dev.mens.crypto;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
