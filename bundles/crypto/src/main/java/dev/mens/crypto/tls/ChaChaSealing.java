package dev.mens.crypto.tls;

import dev.mens.crypto.Sealing;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.osgi.service.component.annotations.Component;

/// ChaCha20-Poly1305 with a random nonce in front.
@Component
public final class ChaChaSealing implements Sealing {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;

    private final SecureRandom random = new SecureRandom();

    @Override
    public byte[] seal(byte[] key, byte[] plain) {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        var sealed = Arrays.copyOf(nonce, NONCE_BYTES + plain.length + TAG_BYTES);
        try {
            var cipher = cipher(true, key, nonce);
            int count = cipher.processBytes(plain, 0, plain.length, sealed, NONCE_BYTES);
            cipher.doFinal(sealed, NONCE_BYTES + count);
        } catch (InvalidCipherTextException impossible) {
            throw new AssertionError(impossible);
        }
        return sealed;
    }

    @Override
    public Optional<byte[]> open(byte[] key, byte[] sealed) {
        int length = sealed.length - NONCE_BYTES - TAG_BYTES;
        if (length < 0) {
            return Optional.empty();
        }
        var plain = new byte[length];
        try {
            var cipher = cipher(false, key, Arrays.copyOf(sealed, NONCE_BYTES));
            int from = NONCE_BYTES;
            int count = cipher.processBytes(sealed, from, sealed.length - from, plain, 0);
            cipher.doFinal(plain, count);
            return Optional.of(plain);
        } catch (InvalidCipherTextException changed) {
            return Optional.empty();
        }
    }

    private static ChaCha20Poly1305 cipher(boolean seal, byte[] key, byte[] nonce) {
        var cipher = new ChaCha20Poly1305();
        cipher.init(seal, new AEADParameters(new KeyParameter(key), TAG_BYTES * Byte.SIZE, nonce));
        return cipher;
    }
}
