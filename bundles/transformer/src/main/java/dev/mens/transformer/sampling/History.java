package dev.mens.transformer.sampling;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/// The tokens of one stream so far, as penalties need them.
public final class History {
    private final BitSet seen = new BitSet();
    private final Map<Integer, Integer> generated = new HashMap<>();

    public void prompt(int[] ids) {
        for (int id : ids) {
            seen.set(id);
        }
    }

    public void generated(Iterable<Integer> ids) {
        ids.forEach(this::add);
    }

    public void add(int id) {
        seen.set(id);
        generated.merge(id, 1, Integer::sum);
    }

    /// In the prompt or generated.
    boolean seen(int id) {
        return seen.get(id);
    }

    /// How often it was generated; the prompt does not count.
    int generated(int id) {
        return generated.getOrDefault(id, 0);
    }
}
