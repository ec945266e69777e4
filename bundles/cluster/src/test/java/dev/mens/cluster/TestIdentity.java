package dev.mens.cluster;

import dev.mens.crypto.PublicKey;
import dev.mens.crypto.Signer;
import java.security.SecureRandom;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/// An identity that lives as long as a test.
public final class TestIdentity implements Signer {
    private final Ed25519PrivateKeyParameters key =
            new Ed25519PrivateKeyParameters(new SecureRandom());

    @Override
    public PublicKey publicKey() {
        return new PublicKey(key.generatePublicKey().getEncoded());
    }

    @Override
    public byte[] sign(byte[] message) {
        var signer = new Ed25519Signer();
        signer.init(true, key);
        signer.update(message, 0, message.length);
        return signer.generateSignature();
    }
}
