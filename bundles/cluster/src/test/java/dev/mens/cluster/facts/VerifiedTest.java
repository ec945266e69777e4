package dev.mens.cluster.facts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.cluster.TestIdentity;
import dev.mens.crypto.PublicKey;
import dev.mens.crypto.Verifier;
import dev.mens.crypto.identity.Ed25519Verifier;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerifiedTest {
    private static final byte[] KEY = {1};
    private static final byte[] BODY = {2, 3};

    private final TestIdentity identity = new TestIdentity();
    private final CountingVerifier verifier = new CountingVerifier();
    private final Verified verified = new Verified(verifier);

    private static final class CountingVerifier implements Verifier {
        private final Verifier sound = new Ed25519Verifier();
        private int verifications;

        @Override
        public boolean verify(PublicKey signer, byte[] message, byte[] signature) {
            verifications++;
            return sound.verify(signer, message, signature);
        }

        @Override
        public boolean[] verifyAll(List<Signed> all) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void a_value_is_verified_once() throws Exception {
        var value = Signed.sign(KEY, 1, BODY, identity);
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(BODY, verified.read(KEY, value).orElseThrow().body());
        }
        assertEquals(1, verifier.verifications);
    }

    @Test
    void a_value_that_changed_is_verified_again() throws Exception {
        var value = Signed.sign(KEY, 1, BODY, identity);
        assertTrue(verified.read(KEY, value).isPresent());
        var forged = value.clone();
        forged[forged.length - 1] ^= 1;
        assertTrue(verified.read(KEY, forged).isEmpty());
        assertTrue(verified.read(KEY, value).isPresent());
    }

    @Test
    void a_value_signed_for_another_key_is_none() throws Exception {
        var value = Signed.sign(KEY, 1, BODY, identity);
        assertTrue(verified.read(KEY, value).isPresent());
        assertTrue(verified.read(new byte[] {9}, value).isEmpty());
    }
}
