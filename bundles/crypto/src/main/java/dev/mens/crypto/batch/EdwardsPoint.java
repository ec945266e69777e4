package dev.mens.crypto.batch;

import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc7748.X25519Field;

/// A point of edwards25519 in extended coordinates, `x = X/Z`, `y = Y/Z`, `xy = T/Z`; changed in
/// place. Public inputs only: nothing here takes constant time.
///
/// @see <a href="https://eprint.iacr.org/2008/522">Hisil et al. 2008, sections 3.1 to 3.3</a>
final class EdwardsPoint {
    /// d = −121665/121666 and 2d.
    private static final int[] D = constant(-121665, 121666);

    private static final int[] TWICE_D = sum(D, D);

    private final int[] x = X25519Field.create();
    private final int[] y = X25519Field.create();
    private final int[] z = X25519Field.create();
    private final int[] t = X25519Field.create();

    // Of each addition; kept to spare the collector.
    private final int[] a = X25519Field.create();
    private final int[] b = X25519Field.create();
    private final int[] c = X25519Field.create();
    private final int[] d = X25519Field.create();
    private final int[] e = X25519Field.create();

    /// A point to be added often: `(y + x, y − x, 2dxy)` with Z = 1.
    record Addend(int[] sum, int[] difference, int[] product) {
        Addend negative() {
            var minus = X25519Field.create();
            X25519Field.negate(product, minus);
            return new Addend(/* sum= */ difference, /* difference= */ sum, minus);
        }
    }

    EdwardsPoint() {
        setNeutral();
    }

    void setNeutral() {
        X25519Field.zero(x);
        X25519Field.one(y);
        X25519Field.one(z);
        X25519Field.zero(t);
    }

    /// RFC 8032, section 5.1.3.
    ///
    /// @return empty if the bytes name no point or name it in another than the shortest way
    static Optional<Addend> decode(byte[] bytes, int from) {
        var encoded = Arrays.copyOfRange(bytes, from, from + 32);
        boolean odd = encoded[31] < 0;
        encoded[31] &= 0x7f;
        var y = X25519Field.create();
        X25519Field.decode255(encoded, y);
        if (!Arrays.equals(encoded, encode(y))) {
            return Optional.empty();
        }
        // x² = (y² − 1) / (dy² + 1)
        var above = X25519Field.create();
        var below = X25519Field.create();
        X25519Field.sqr(y, above);
        X25519Field.mul(above, D, below);
        X25519Field.subOne(above);
        X25519Field.addOne(below);
        var x = X25519Field.create();
        if (!X25519Field.sqrtRatioVar(above, below, x)) {
            return Optional.empty();
        }
        X25519Field.normalize(x);
        if (odd && X25519Field.isZeroVar(x)) {
            return Optional.empty();
        }
        if (odd != ((x[0] & 1) == 1)) {
            X25519Field.negate(x, x);
        }
        return Optional.of(addend(x, y));
    }

    private static Addend addend(int[] x, int[] y) {
        var difference = X25519Field.create();
        X25519Field.sub(y, x, difference);
        X25519Field.carry(difference);
        var product = X25519Field.create();
        X25519Field.mul(x, y, product);
        X25519Field.mul(product, TWICE_D, product);
        return new Addend(sum(y, x), difference, product);
    }

    void add(Addend other) {
        X25519Field.apm(y, x, b, a);
        X25519Field.mul(a, other.difference(), a);
        X25519Field.mul(b, other.sum(), b);
        X25519Field.mul(t, other.product(), c);
        X25519Field.add(z, z, d);
        finish();
    }

    void add(EdwardsPoint other) {
        X25519Field.apm(y, x, b, a);
        X25519Field.apm(other.y, other.x, d, c);
        X25519Field.mul(a, c, a);
        X25519Field.mul(b, d, b);
        X25519Field.mul(t, other.t, c);
        X25519Field.mul(c, TWICE_D, c);
        X25519Field.mul(z, other.z, d);
        X25519Field.add(d, d, d);
        finish();
    }

    /// From A, B, C and D: E = B − A, F = D − C, G = D + C, H = B + A.
    private void finish() {
        X25519Field.carry(d);
        X25519Field.apm(b, a, b, a);
        X25519Field.apm(d, c, d, c);
        product(a, c, d, b);
    }

    void twice() {
        X25519Field.add(x, y, e);
        X25519Field.sqr(e, e);
        X25519Field.sqr(x, a);
        X25519Field.sqr(y, b);
        X25519Field.sqr(z, c);
        X25519Field.add(c, c, c);
        X25519Field.apm(a, b, d, b);
        // D is H = A + B, and B is G = A − B now.
        X25519Field.carry(d);
        X25519Field.sub(d, e, e);
        X25519Field.carry(c);
        X25519Field.add(c, b, c);
        X25519Field.carry(c);
        product(e, c, b, d);
    }

    /// X = EF, Y = GH, Z = FG, T = EH.
    private void product(int[] ee, int[] ff, int[] gg, int[] hh) {
        X25519Field.carry(ff);
        X25519Field.carry(gg);
        X25519Field.mul(ee, ff, x);
        X25519Field.mul(gg, hh, y);
        X25519Field.mul(ff, gg, z);
        X25519Field.mul(ee, hh, t);
    }

    boolean isNeutral() {
        var difference = X25519Field.create();
        X25519Field.sub(y, z, difference);
        return isZero(x) && isZero(difference);
    }

    private static boolean isZero(int[] element) {
        var normal = element.clone();
        X25519Field.carry(normal);
        X25519Field.normalize(normal);
        return X25519Field.isZeroVar(normal);
    }

    private static byte[] encode(int[] element) {
        var normal = element.clone();
        X25519Field.normalize(normal);
        var bytes = new byte[32];
        X25519Field.encode(normal, bytes);
        return bytes;
    }

    private static int[] constant(int numerator, int denominator) {
        var above = X25519Field.create();
        above[0] = numerator;
        var below = X25519Field.create();
        below[0] = denominator;
        X25519Field.inv(below, below);
        var ratio = X25519Field.create();
        X25519Field.mul(above, below, ratio);
        return ratio;
    }

    private static int[] sum(int[] one, int[] other) {
        var sum = X25519Field.create();
        X25519Field.add(one, other, sum);
        X25519Field.carry(sum);
        return sum;
    }
}
