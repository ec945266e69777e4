package dev.mens.content.manifest;

import dev.mens.content.Manifests;
import dev.mens.content.SignedManifest;
import dev.mens.crypto.Hashing;
import dev.mens.crypto.Verifier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/// Offers {@link ManifestCodec} to bundles that move manifests between nodes.
@Component
public final class CanonicalManifests implements Manifests {
    private final Verifier verifier;
    private final Hashing hashing;

    @Activate
    public CanonicalManifests(
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Verifier verifier,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Hashing hashing) {
        this.verifier = verifier;
        this.hashing = hashing;
    }

    @Override
    public byte[] encode(SignedManifest signed) {
        return ManifestCodec.encode(signed);
    }

    @Override
    public SignedManifest decode(byte[] bytes) {
        return ManifestCodec.decodeSigned(bytes, verifier, hashing);
    }
}
