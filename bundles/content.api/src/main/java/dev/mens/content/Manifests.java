package dev.mens.content;

import org.osgi.annotation.versioning.ProviderType;

/// Signed manifests as bytes, so that they can travel (docs/formats.md). Thread-safe.
@ProviderType
public interface Manifests {

    byte[] encode(SignedManifest signed);

    /// Decodes and checks the signature and every hash that follows from others.
    ///
    /// @throws dev.mens.diagnostics.ProblemException vox/store/bad-manifest
    SignedManifest decode(byte[] bytes);
}
