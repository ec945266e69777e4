package dev.mens.crypto.batch;

import dev.mens.crypto.batch.EdwardsPoint.Addend;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// Σ scalar · point for many points at once, by Pippenger's buckets: in each window of bits, points
/// with equal digits are added up first. Digits are signed, which halves the buckets.
///
/// @see <a href="https://cr.yp.to/papers/pippenger.pdf">Bernstein 2002, section 4</a>
final class MultiSum {
    private static final int SCALAR_BITS = 254;

    private final List<Addend> points = new ArrayList<>();
    private final List<BigInteger> scalars = new ArrayList<>();

    /// @param scalar not negative, below 2²⁵³
    void add(BigInteger scalar, Addend point) {
        scalars.add(scalar);
        points.add(point);
    }

    EdwardsPoint sum() {
        int width = width(points.size());
        var digits = scalars.stream().map(scalar -> digits(scalar, width)).toList();
        var negatives = points.stream().map(Addend::negative).toList();
        var buckets = new EdwardsPoint[1 << width - 1];
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = new EdwardsPoint();
        }
        var sum = new EdwardsPoint();
        for (int window = SCALAR_BITS / width; window >= 0; window--) {
            for (int bit = 0; bit < width; bit++) {
                sum.twice();
            }
            int highest = 0;
            for (int i = 0; i < points.size(); i++) {
                int digit = digits.get(i)[window];
                if (digit != 0) {
                    int bucket = Math.abs(digit);
                    highest = raise(buckets, highest, bucket);
                    buckets[bucket - 1].add(digit > 0 ? points.get(i) : negatives.get(i));
                }
            }
            addBuckets(sum, buckets, highest);
        }
        return sum;
    }

    /// Empties the buckets up to a new highest one.
    private static int raise(EdwardsPoint[] buckets, int highest, int bucket) {
        for (int i = highest; i < bucket; i++) {
            buckets[i].setNeutral();
        }
        return Math.max(highest, bucket);
    }

    /// Adds `Σ i · bucket(i)` as the sum of all sums from the highest bucket down.
    private static void addBuckets(EdwardsPoint sum, EdwardsPoint[] buckets, int highest) {
        var running = new EdwardsPoint();
        for (int i = highest - 1; i >= 0; i--) {
            running.add(buckets[i]);
            sum.add(running);
        }
    }

    /// Which width costs least; found by counting additions.
    private static int width(int points) {
        return points < 16 ? 4 : points < 100 ? 5 : points < 300 ? 6 : points < 900 ? 7 : 8;
    }

    /// Digits from −2^(width−1) to 2^(width−1), lowest first.
    private static int[] digits(BigInteger scalar, int width) {
        var digits = new int[SCALAR_BITS / width + 1];
        var octets = scalar.toByteArray();
        int carry = 0;
        int half = 1 << width - 1;
        for (int window = 0; window < digits.length; window++) {
            int digit = carry + bits(octets, window * width, width);
            carry = digit > half ? 1 : 0;
            digits[window] = digit - (carry << width);
        }
        return digits;
    }

    /// Some bits of a number that stands with its highest octet first.
    private static int bits(byte[] octets, int from, int count) {
        int lowest = octets.length - 1 - from / Byte.SIZE;
        int two = octet(octets, lowest) | octet(octets, lowest - 1) << Byte.SIZE;
        return two >>> from % Byte.SIZE & (1 << count) - 1;
    }

    private static int octet(byte[] octets, int index) {
        return index < 0 ? 0 : octets[index] & 0xff;
    }
}
