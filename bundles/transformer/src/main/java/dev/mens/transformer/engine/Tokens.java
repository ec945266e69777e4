package dev.mens.transformer.engine;

import java.util.Arrays;
import java.util.List;

/// A growing list of token ids without boxes.
final class Tokens {
    private int[] ids;
    private int length;

    Tokens(int[] prompt, List<Integer> continued) {
        length = prompt.length + continued.size();
        ids = Arrays.copyOf(prompt, length + 64);
        int at = prompt.length;
        for (int id : continued) {
            ids[at++] = id;
        }
    }

    int length() {
        return length;
    }

    int get(int index) {
        return ids[index];
    }

    void add(int id) {
        if (length == ids.length) {
            ids = Arrays.copyOf(ids, 2 * length);
        }
        ids[length++] = id;
    }

    int[] range(int from, int to) {
        return Arrays.copyOfRange(ids, from, to);
    }

    /// How many tokens both start with.
    int commonWith(Tokens other) {
        int most = Math.min(length, other.length);
        int differs = Arrays.mismatch(ids, 0, most, other.ids, 0, most);
        return differs < 0 ? most : differs;
    }
}
