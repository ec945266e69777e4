package dev.mens.tokenizer.model;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tokens and their ids. Holes are possible; a token that is given twice has its last id.
public final class Vocabulary {
    public static final int NONE = -1;

    private final Map<String, Integer> ids;
    private @Nullable String[] tokens = new String[16];
    private int limit;

    public Vocabulary(int expected) {
        ids = HashMap.newHashMap(expected);
    }

    public void put(String token, int id) {
        if (id >= tokens.length) {
            tokens = Arrays.copyOf(tokens, Math.max(id + 1, tokens.length * 2));
        }
        ids.put(token, id);
        tokens[id] = token;
        limit = Math.max(limit, id + 1);
    }

    public int id(String token) {
        Integer id = ids.get(token);
        return id == null ? NONE : id;
    }

    public @Nullable String token(int id) {
        return id >= 0 && id < limit ? tokens[id] : null;
    }

    /// How many different tokens there are.
    public int size() {
        return ids.size();
    }

    /// One more than the greatest id.
    public int limit() {
        return limit;
    }

    /// Ids of `<0x00>` to `<0xFF>`, {@link #NONE} where there is none.
    int[] byteTokens() {
        int[] found = new int[256];
        for (int b = 0; b < 256; b++) {
            found[b] = id("<0x%02X>".formatted(b));
        }
        return found;
    }
}
