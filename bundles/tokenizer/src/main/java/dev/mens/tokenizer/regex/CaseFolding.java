package dev.mens.tokenizer.regex;

import dev.mens.tokenizer.text.CharSet;
import java.util.HashMap;
import java.util.Map;

/// Which characters are the same when case does not count (simple folding).
final class CaseFolding {
    private static final int LAST_CASED = 0x1FFFF;

    private CaseFolding() {}

    static CharSet ofOne(int c) {
        return close(CharSet.of(c, c));
    }

    /// This set with all case variants of its members.
    static CharSet close(CharSet set) {
        var closed = set;
        for (var variants : Classes.BY_FOLD.values()) {
            boolean touches = false;
            for (int i = 0; i < variants.length; i += 2) {
                touches |= set.contains(variants[i]);
            }
            if (touches) {
                closed = closed.union(CharSet.of(variants));
            }
        }
        return closed;
    }

    private static int fold(int c) {
        // The Turkish letters fold to themselves without a locale.
        return c == 0x130 || c == 0x131 ? c : Character.toLowerCase(Character.toUpperCase(c));
    }

    /// Built on first use: few patterns ignore case.
    private static final class Classes {
        /// Folded character to pairs (c, c) of all its variants, where there are several.
        static final Map<Integer, int[]> BY_FOLD = build();

        private static Map<Integer, int[]> build() {
            var classes = new HashMap<Integer, int[]>();
            for (int c = 0; c <= LAST_CASED; c++) {
                int folded = fold(c);
                if (folded != c) {
                    classes.merge(folded, new int[] {folded, folded, c, c}, Classes::join);
                }
            }
            return classes;
        }

        private static int[] join(int[] a, int[] b) {
            int[] all = java.util.Arrays.copyOf(a, a.length + 2);
            all[a.length] = b[2];
            all[a.length + 1] = b[3];
            return all;
        }
    }
}
