package dev.mens.tokenizer.normalize;

import dev.mens.tokenizer.text.HfCharacters;
import dev.mens.tokenizer.text.IntSequence;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Map;

/// Unicode's normal forms in O(n log n) for any text, from Java's answers about single characters.
///
/// @see <a href="https://www.unicode.org/reports/tr15/">Unicode Standard Annex 15</a>
final class Composition {
    private final Normalizer.Form form;
    private final Map<Long, Integer> composed = new HashMap<>();
    private final IntSequence points;

    private Composition(Normalizer.Form form, int length) {
        this.form = form;
        this.points = new IntSequence(length);
    }

    static String normalize(String text, Normalizer.Form form) {
        var composition = new Composition(form, text.length());
        composition.decompose(text);
        composition.sort();
        if (form == Normalizer.Form.NFC || form == Normalizer.Form.NFKC) {
            composition.compose();
        }
        int[] all = composition.points.toArray();
        return new String(all, 0, all.length);
    }

    private void decompose(String text) {
        boolean canonical = form == Normalizer.Form.NFC || form == Normalizer.Form.NFD;
        var apart = canonical ? Normalizer.Form.NFD : Normalizer.Form.NFKD;
        var parts = new HashMap<Integer, int[]>();
        text.codePoints()
                .forEach(
                        c ->
                                points.addAll(
                                        parts.computeIfAbsent(
                                                c,
                                                _ ->
                                                        Normalizer.normalize(
                                                                        Character.toString(c),
                                                                        apart)
                                                                .codePoints()
                                                                .toArray())));
    }

    /// Sorts each run of marks by combining class, keeping the order of equals.
    private void sort() {
        int start = 0;
        while (start < points.size()) {
            int end = start;
            while (end < points.size() && HfCharacters.combiningClass(points.get(end)) != 0) {
                end++;
            }
            if (end - start > 1) {
                sort(start, end);
            }
            start = end + 1;
        }
    }

    private void sort(int start, int end) {
        long[] keys = new long[end - start];
        int[] run = new int[end - start];
        for (int i = 0; i < run.length; i++) {
            run[i] = points.get(start + i);
            keys[i] = ((long) HfCharacters.combiningClass(run[i]) << 32) | i;
        }
        java.util.Arrays.sort(keys);
        for (int i = 0; i < run.length; i++) {
            points.set(start + i, run[(int) keys[i]]);
        }
    }

    private void compose() {
        int starter = -1;
        int lastClass = -1;
        int kept = 0;
        for (int i = 0; i < points.size(); i++) {
            int c = points.get(i);
            int itsClass = HfCharacters.combiningClass(c);
            int joined = starter >= 0 && lastClass < itsClass ? pair(points.get(starter), c) : -1;
            if (joined >= 0) {
                points.set(starter, joined);
                continue;
            }
            if (itsClass == 0) {
                starter = kept;
                lastClass = -1;
            } else {
                lastClass = itsClass;
            }
            points.set(kept++, c);
        }
        points.truncate(kept);
    }

    /// The one character that both make, or -1.
    private int pair(int first, int second) {
        return composed.computeIfAbsent(
                ((long) first << 32) | second,
                _ -> {
                    var both = Character.toString(first) + Character.toString(second);
                    var one = Normalizer.normalize(both, Normalizer.Form.NFC);
                    return one.codePointCount(0, one.length()) == 1 ? one.codePointAt(0) : -1;
                });
    }
}
