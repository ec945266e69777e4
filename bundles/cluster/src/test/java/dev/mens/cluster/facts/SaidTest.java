package dev.mens.cluster.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mens.cluster.TestIdentity;
import dev.mens.crypto.PublicKey;
import dev.mens.crypto.Verifier;
import dev.mens.crypto.hashes.Hashes;
import dev.mens.crypto.identity.Ed25519Verifier;
import dev.mens.mesh.MeshProblem;
import dev.mens.mesh.PeerId;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SaidTest {
    private final TestIdentity identity = new TestIdentity();
    private final PeerId peer = PeerId.of(identity.publicKey(), new Hashes());
    private final Map<PeerId, byte[]> state = new HashMap<>();
    private final CountingVerifier verifier = new CountingVerifier();
    private final Said<String> said =
            new Said<>(SaidTest::key, this::decode, verifier, new Hashes());
    private int decoded;

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

    private static byte[] key(PeerId peer) {
        return peer.hex().getBytes(StandardCharsets.US_ASCII);
    }

    private String decode(byte[] body) {
        decoded++;
        if (body.length == 0) {
            throw MeshProblem.BAD_FACTS.with("nothing");
        }
        return new String(body, StandardCharsets.US_ASCII);
    }

    private byte[] signed(PeerId about, String text) throws Exception {
        var body = text.getBytes(StandardCharsets.US_ASCII);
        return dev.mens.cluster.facts.Signed.sign(key(about), 1, body, identity);
    }

    private Optional<String> heard(PeerId from) {
        return said.by(from, key -> Optional.ofNullable(state.get(named(key))));
    }

    private static PeerId named(byte[] key) {
        return new PeerId(new String(key, StandardCharsets.US_ASCII));
    }

    @Test
    void what_a_peer_says_is_verified_and_decoded_once() throws Exception {
        state.put(peer, signed(peer, "a"));
        for (int i = 0; i < 3; i++) {
            assertEquals(Optional.of("a"), heard(peer));
        }
        assertEquals(1, verifier.verifications);
        assertEquals(1, decoded);
    }

    @Test
    void what_has_changed_is_verified_and_decoded_again() throws Exception {
        state.put(peer, signed(peer, "a"));
        assertEquals(Optional.of("a"), heard(peer));
        state.put(peer, signed(peer, "b"));
        assertEquals(Optional.of("b"), heard(peer));
        var forged = state.get(peer).clone();
        forged[forged.length - 1] ^= 1;
        state.put(peer, forged);
        assertEquals(Optional.empty(), heard(peer));
        state.remove(peer);
        assertEquals(Optional.empty(), heard(peer));
    }

    @Test
    void nobody_speaks_for_another_peer() throws Exception {
        var other = PeerId.of(new TestIdentity().publicKey(), new Hashes());
        state.put(other, signed(other, "a"));
        assertEquals(Optional.empty(), heard(other));
        state.put(other, signed(peer, "a"));
        assertEquals(Optional.empty(), heard(other));
    }

    @Test
    void what_is_not_sound_was_not_said() throws Exception {
        state.put(peer, signed(peer, ""));
        assertEquals(Optional.empty(), heard(peer));
    }
}
