package dev.mens.crypto.identity;

import dev.mens.crypto.PublicKey;
import dev.mens.crypto.Verifier;
import dev.mens.crypto.batch.BatchVerification;
import java.util.List;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.osgi.service.component.annotations.Component;

/// Ed25519 of RFC 8032.
@Component
public final class Ed25519Verifier implements Verifier {
    private final BatchVerification batches = new BatchVerification();

    @Override
    public boolean[] verifyAll(List<Signed> all) {
        return batches.verify(all);
    }

    @Override
    public boolean verify(PublicKey signer, byte[] message, byte[] signature) {
        var key = signer.bytes();
        boolean possible =
                signature.length == Ed25519.SIGNATURE_SIZE && Ed25519.validatePublicKeyFull(key, 0);
        if (!possible) {
            return false;
        }
        var verifier = new Ed25519Signer();
        verifier.init(false, new Ed25519PublicKeyParameters(key, 0));
        verifier.update(message, 0, message.length);
        return verifier.verifySignature(signature);
    }
}
