package dev.mens.crypto.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.crypto.Sealing;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ChaChaSealingTest {
    private static final byte[] PLAIN = "hello, peers".getBytes(StandardCharsets.UTF_8);

    private final byte[] key = new byte[Sealing.KEY_BYTES];
    private final Sealing sealing = new ChaChaSealing();

    @Test
    void what_was_sealed_opens_with_its_key() {
        var sealed = sealing.seal(key, PLAIN);
        assertEquals(PLAIN.length + 28, sealed.length);
        assertArrayEquals(PLAIN, sealing.open(key, sealed).orElseThrow());
    }

    @Test
    void a_changed_octet_or_another_key_opens_nothing() {
        var sealed = sealing.seal(key, PLAIN);
        for (int i = 0; i < sealed.length; i++) {
            var changed = sealed.clone();
            changed[i] ^= 1;
            assertTrue(sealing.open(key, changed).isEmpty());
        }
        var other = key.clone();
        other[0] = 1;
        assertTrue(sealing.open(other, sealed).isEmpty());
        assertTrue(sealing.open(key, Arrays.copyOf(sealed, 27)).isEmpty());
    }

    @Test
    void the_same_text_never_looks_the_same() {
        assertTrue(!Arrays.equals(sealing.seal(key, PLAIN), sealing.seal(key, PLAIN)));
    }
}
