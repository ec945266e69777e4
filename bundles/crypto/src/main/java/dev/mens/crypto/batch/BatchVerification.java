package dev.mens.crypto.batch;

import dev.mens.crypto.PublicKey;
import dev.mens.crypto.Verifier.Signed;
import dev.mens.crypto.batch.EdwardsPoint.Addend;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// Verifies many Ed25519 signatures with one equation. For signatures (R, s) of messages with
/// hashes h by keys A, and a random 128-bit z for each,
/// `8·(Σ zR + Σ zhA − (Σ zs)B) = 0` holds if every signature is valid, and hardly ever if one is
/// not. If it does not hold, halves are tried.
///
/// The factor 8 is RFC 8032's ("cofactored") and is used for a single signature, too: what is valid
/// does not depend on what it was verified with.
///
/// @see <a href="https://eprint.iacr.org/2020/1244">Chalkias et al. 2020, section 4</a>
public final class BatchVerification {
    /// Beyond this size a larger batch gains nothing.
    private static final int BATCH = 512;

    private static final int KNOWN_KEYS = 1024;
    private static final int SCALAR_BYTES = 32;
    private static final int RANDOM_BYTES = 16;

    /// The order of the base point.
    private static final BigInteger ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    private static final Addend MINUS_BASE = base().negative();

    private final SecureRandom random = new SecureRandom();
    private final Map<PublicKey, Optional<Addend>> keys =
            Collections.synchronizedMap(
                    new LinkedHashMap<>(16, 0.75f, true) {
                        private static final long serialVersionUID = 1L;

                        @Override
                        protected boolean removeEldestEntry(
                                Map.Entry<PublicKey, Optional<Addend>> eldest) {
                            return size() > KNOWN_KEYS;
                        }
                    });

    /// A signature whose parts were decoded.
    private record Claim(PublicKey signer, Addend key, Addend r, BigInteger s, BigInteger hash) {}

    /// @return for each whether its signature is valid
    public boolean[] verify(List<Signed> all) {
        var claims = all.stream().map(this::claim).toList();
        var valid = new boolean[claims.size()];
        for (int from = 0; from < valid.length; from += BATCH) {
            verify(claims, from, Math.min(from + BATCH, valid.length), valid);
        }
        return valid;
    }

    private void verify(List<Optional<Claim>> claims, int from, int to, boolean[] valid) {
        if (holds(claims.subList(from, to))) {
            for (int i = from; i < to; i++) {
                valid[i] = claims.get(i).isPresent();
            }
        } else if (to - from > 1) {
            int middle = (from + to) >>> 1;
            verify(claims, from, middle, valid);
            verify(claims, middle, to, valid);
        }
    }

    /// Whether all that could be decoded are valid, together.
    private boolean holds(List<Optional<Claim>> claims) {
        var sum = new MultiSum();
        var byKey = new HashMap<PublicKey, BigInteger>();
        var base = BigInteger.ZERO;
        var z = new byte[RANDOM_BYTES];
        for (var possible : claims) {
            if (possible.isPresent()) {
                var claim = possible.get();
                random.nextBytes(z);
                var weight = new BigInteger(1, z);
                sum.add(weight, claim.r());
                byKey.merge(claim.signer(), weight.multiply(claim.hash()), BigInteger::add);
                base = base.add(weight.multiply(claim.s()));
            }
        }
        byKey.forEach((key, factor) -> sum.add(factor.mod(ORDER), keys(key).orElseThrow()));
        sum.add(base.mod(ORDER), MINUS_BASE);
        var result = sum.sum();
        result.twice();
        result.twice();
        result.twice();
        return result.isNeutral();
    }

    private Optional<Claim> claim(Signed signed) {
        var signature = signed.signature();
        if (signature.length != Ed25519.SIGNATURE_SIZE) {
            return Optional.empty();
        }
        var s = scalar(Arrays.copyOfRange(signature, SCALAR_BYTES, signature.length));
        var key = keys(signed.signer());
        var r = EdwardsPoint.decode(signature, 0);
        if (s.compareTo(ORDER) >= 0 || key.isEmpty() || r.isEmpty()) {
            return Optional.empty();
        }
        var hash = scalar(hash(signature, signed)).mod(ORDER);
        return Optional.of(new Claim(signed.signer(), key.get(), r.get(), s, hash));
    }

    /// Empty for keys that no honest signer has: those that are no points of the right order.
    private Optional<Addend> keys(PublicKey key) {
        var known = keys.get(key);
        if (known == null) {
            var bytes = key.bytes();
            known =
                    Ed25519.validatePublicKeyFull(bytes, 0)
                            ? EdwardsPoint.decode(bytes, 0)
                            : Optional.empty();
            keys.put(key, known);
        }
        return known;
    }

    /// RFC 8032, section 5.1.7: SHA-512 of R ‖ A ‖ M.
    private static byte[] hash(byte[] signature, Signed signed) {
        var digest = new SHA512Digest();
        digest.update(signature, 0, SCALAR_BYTES);
        digest.update(signed.signer().bytes(), 0, PublicKey.BYTES);
        digest.update(signed.message(), 0, signed.message().length);
        var hash = new byte[digest.getDigestSize()];
        digest.doFinal(hash, 0);
        return hash;
    }

    private static BigInteger scalar(byte[] littleEndian) {
        var bigEndian = new byte[littleEndian.length];
        for (int i = 0; i < littleEndian.length; i++) {
            bigEndian[littleEndian.length - 1 - i] = littleEndian[i];
        }
        return new BigInteger(1, bigEndian);
    }

    /// y = 4/5, x even: the encoding is 5866…66.
    private static Addend base() {
        var encoded = new byte[SCALAR_BYTES];
        Arrays.fill(encoded, (byte) 0x66);
        encoded[0] = 0x58;
        return EdwardsPoint.decode(encoded, 0).orElseThrow();
    }
}
