package dev.mens.tokenizer.text;

import java.util.Arrays;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// An immutable set of code points: sorted ranges, and a bitmap of the basic plane if there
/// are many.
public final class CharSet {
    private static final int PLANE = 0x10000;
    private static final int FEW = 4;

    /// Pairs of first and last, ascending, not touching.
    private final int[] ranges;

    private final long @Nullable [] basic;

    private CharSet(int[] ranges) {
        this.ranges = ranges;
        this.basic = ranges.length > FEW ? bitmap(ranges) : null;
    }

    private static long[] bitmap(int[] ranges) {
        long[] basic = new long[PLANE / 64];
        for (int i = 0; i < ranges.length; i += 2) {
            int last = Math.min(ranges[i + 1], PLANE - 1);
            for (int c = ranges[i]; c <= last; c++) {
                basic[c >> 6] |= 1L << c;
            }
        }
        return basic;
    }

    public static CharSet of(int... firstLastPairs) {
        return new CharSet(merge(firstLastPairs.clone()));
    }

    public static CharSet where(IntPredicate member) {
        var found = new IntSequence();
        int start = -1;
        for (int c = 0; c <= Character.MAX_CODE_POINT + 1; c++) {
            // Planes 4 to 13 and most of 14 are empty: one code point speaks for each.
            if ((c > 0x40000 && c < 0xE0000) || (c > 0xE1000 && c < 0xF0000)) {
                c = c < 0xE0000 ? 0xE0000 : 0xF0000;
            }
            boolean in = c <= Character.MAX_CODE_POINT && member.test(c);
            if (in && start < 0) {
                start = c;
            } else if (!in && start >= 0) {
                found.add(start);
                found.add(c - 1);
                start = -1;
            }
        }
        return new CharSet(found.toArray());
    }

    public boolean contains(int codePoint) {
        if (basic == null) {
            for (int i = 0; i < ranges.length; i += 2) {
                if (codePoint >= ranges[i] && codePoint <= ranges[i + 1]) {
                    return true;
                }
            }
            return false;
        }
        if (codePoint < PLANE) {
            return codePoint >= 0 && (basic[codePoint >> 6] & (1L << codePoint)) != 0;
        }
        int low = 0;
        int high = ranges.length / 2 - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (codePoint < ranges[2 * middle]) {
                high = middle - 1;
            } else if (codePoint > ranges[2 * middle + 1]) {
                low = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    public CharSet union(CharSet other) {
        int[] all = Arrays.copyOf(ranges, ranges.length + other.ranges.length);
        System.arraycopy(other.ranges, 0, all, ranges.length, other.ranges.length);
        return new CharSet(merge(all));
    }

    public CharSet negate() {
        var gaps = new IntSequence(ranges.length + 2);
        int next = 0;
        for (int i = 0; i < ranges.length; i += 2) {
            if (ranges[i] > next) {
                gaps.add(next);
                gaps.add(ranges[i] - 1);
            }
            next = ranges[i + 1] + 1;
        }
        if (next <= Character.MAX_CODE_POINT) {
            gaps.add(next);
            gaps.add(Character.MAX_CODE_POINT);
        }
        return new CharSet(gaps.toArray());
    }

    public CharSet intersect(CharSet other) {
        return negate().union(other.negate()).negate();
    }

    public CharSet minus(CharSet other) {
        return intersect(other.negate());
    }

    /// Pairs of first and last, ascending.
    public int[] ranges() {
        return ranges.clone();
    }

    public int size() {
        int size = 0;
        for (int i = 0; i < ranges.length; i += 2) {
            size += ranges[i + 1] - ranges[i] + 1;
        }
        return size;
    }

    private static int[] merge(int[] pairs) {
        long[] sorted = new long[pairs.length / 2];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = ((long) pairs[2 * i] << 32) | pairs[2 * i + 1];
        }
        Arrays.sort(sorted);
        var merged = new IntSequence(pairs.length);
        for (long pair : sorted) {
            int first = (int) (pair >> 32);
            int last = (int) pair;
            int size = merged.size();
            if (size > 0 && first <= merged.get(size - 1) + 1) {
                int end = Math.max(last, merged.get(size - 1));
                merged.truncate(size - 1);
                merged.add(end);
            } else {
                merged.add(first);
                merged.add(last);
            }
        }
        return merged.toArray();
    }
}
