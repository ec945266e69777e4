package dev.mens.crypto.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.crypto.PublicKey;
import dev.mens.crypto.Verifier.Signed;
import dev.mens.crypto.identity.Ed25519Verifier;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.junit.jupiter.api.Test;

final class BatchVerificationTest {
    private static final BigInteger ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    private final BatchVerification batches = new BatchVerification();
    private final Ed25519Verifier single = new Ed25519Verifier();
    private final Random random = new Random(25519);

    /// RFC 8032, section 7.1, tests 1 to 3.
    @Test
    void the_signatures_of_the_rfc_are_valid() {
        var all =
                List.of(
                        signed(
                                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                                "",
                                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                                    + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
                        signed(
                                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                                "72",
                                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                                    + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
                        signed(
                                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                                "af82",
                                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                                    + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"));
        assertArrayEquals(new boolean[] {true, true, true}, batches.verify(all));
    }

    @Property(tries = 60)
    void a_batch_says_of_each_what_bouncy_castle_says(
            @ForAll @IntRange(min = 1, max = 40) int size,
            @ForAll @IntRange(max = 5) int damaged,
            @ForAll long seed) {
        var choice = new Random(seed);
        var all = new ArrayList<Signed>();
        for (int i = 0; i < size; i++) {
            all.add(genuine(i % 3));
        }
        for (int i = 0; i < damaged; i++) {
            int at = choice.nextInt(size);
            all.set(at, damaged(all.get(at), choice));
        }
        var valid = batches.verify(all);
        for (int i = 0; i < size; i++) {
            var one = all.get(i);
            assertEquals(single.verify(one.signer(), one.message(), one.signature()), valid[i]);
        }
    }

    @Test
    void a_batch_larger_than_any_part_is_verified_whole() {
        var all = new ArrayList<Signed>();
        for (int i = 0; i < 1200; i++) {
            all.add(genuine(i % 5));
        }
        all.set(777, damaged(all.get(777), random));
        var valid = batches.verify(all);
        assertFalse(valid[777]);
        valid[777] = true;
        var expected = new boolean[1200];
        Arrays.fill(expected, true);
        assertArrayEquals(expected, valid);
    }

    @Test
    void what_cannot_be_a_signature_is_refused() {
        var genuine = genuine(0);
        var signature = genuine.signature();
        var large = signature.clone();
        var s = new BigInteger(1, reversed(Arrays.copyOfRange(signature, 32, 64))).add(ORDER);
        var bytes = reversed(padded(s));
        System.arraycopy(bytes, 0, large, 32, 32);
        var notCanonical = signature.clone();
        Arrays.fill(notCanonical, 0, 32, (byte) 0xff);
        for (var wrong : List.of(large, notCanonical, new byte[64], new byte[0], new byte[65])) {
            var one = new Signed(genuine.signer(), genuine.message(), wrong);
            assertFalse(batches.verify(List.of(one))[0]);
        }
        for (var key : List.of(new byte[32], neutral())) {
            var one = new Signed(new PublicKey(key), genuine.message(), signature);
            assertFalse(batches.verify(List.of(one))[0]);
        }
    }

    /// A point of small order added to R cancels out in "cofactored" verification. Whatever one
    /// thinks of such signatures, all batches must think the same.
    @Test
    void a_signature_with_a_part_of_small_order_is_judged_the_same_in_any_company() {
        var odd = withSmallOrder();
        for (int round = 0; round < 20; round++) {
            assertTrue(batches.verify(List.of(odd))[0]);
            var valid = batches.verify(List.of(genuine(0), odd, genuine(1), odd));
            assertArrayEquals(new boolean[] {true, true, true, true}, valid);
        }
    }

    /// R is the point (0, −1) of order 2 instead of the neutral one, whose secret is 0: then s = hA
    /// without r.
    private Signed withSmallOrder() {
        var seed = new byte[32];
        seed[0] = 9;
        var key = new Ed25519PrivateKeyParameters(seed);
        var publicKey = key.generatePublicKey().getEncoded();
        var r = new byte[32];
        Arrays.fill(r, (byte) 0xff);
        r[0] = (byte) 0xec;
        r[31] = 0x7f;
        var message = new byte[] {1, 2, 3};
        var digest = new org.bouncycastle.crypto.digests.SHA512Digest();
        var hash = new byte[64];
        digest.update(r, 0, 32);
        digest.update(publicKey, 0, 32);
        digest.update(message, 0, 3);
        digest.doFinal(hash, 0);
        var secret = new byte[64];
        digest.update(seed, 0, 32);
        digest.doFinal(secret, 0);
        var scalar = Arrays.copyOf(secret, 32);
        scalar[0] &= (byte) 0xf8;
        scalar[31] &= 0x7f;
        scalar[31] |= 0x40;
        var s =
                new BigInteger(1, reversed(hash))
                        .multiply(new BigInteger(1, reversed(scalar)))
                        .mod(ORDER);
        var signature = Arrays.copyOf(r, 64);
        System.arraycopy(reversed(padded(s)), 0, signature, 32, 32);
        return new Signed(new PublicKey(publicKey), message, signature);
    }

    private Signed genuine(int signer) {
        var seed = new byte[32];
        seed[0] = (byte) signer;
        var key = new Ed25519PrivateKeyParameters(seed);
        var message = new byte[random.nextInt(300)];
        random.nextBytes(message);
        var signing = new Ed25519Signer();
        signing.init(true, key);
        signing.update(message, 0, message.length);
        return new Signed(
                new PublicKey(key.generatePublicKey().getEncoded()),
                message,
                signing.generateSignature());
    }

    private static Signed damaged(Signed genuine, Random choice) {
        var signature = genuine.signature().clone();
        signature[choice.nextInt(64)] ^= (byte) (1 << choice.nextInt(8));
        return new Signed(genuine.signer(), genuine.message(), signature);
    }

    private static byte[] neutral() {
        var bytes = new byte[32];
        bytes[0] = 1;
        return bytes;
    }

    private static byte[] padded(BigInteger number) {
        var bytes = number.toByteArray();
        var padded = new byte[32];
        int count = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - count, padded, 32 - count, count);
        return padded;
    }

    private static byte[] reversed(byte[] bytes) {
        var reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[bytes.length - 1 - i] = bytes[i];
        }
        return reversed;
    }

    private static Signed signed(String key, String message, String signature) {
        var hex = HexFormat.of();
        return new Signed(
                new PublicKey(hex.parseHex(key)), hex.parseHex(message), hex.parseHex(signature));
    }
}
