package dev.mens.transformer.engine;

import dev.mens.compute.Program.Cache;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Caches of ended streams, so that a conversation which is sent again with its next turn does
/// not compute its beginning again. Belongs to the engine's thread.
final class PrefixCache {
    private static final int MOST_ENTRIES = 8;

    /// Fewer equal tokens are not worth a cache.
    private static final int LEAST_COMMON = 16;

    private final long tokenBytes;
    private final long mostBytes;
    private final List<Entry> entries = new ArrayList<>();

    /// @param tokenBytes what one position of a cache takes
    PrefixCache(long tokenBytes, long mostBytes) {
        this.tokenBytes = tokenBytes;
        this.mostBytes = mostBytes;
    }

    private record Entry(Tokens tokens, Cache cache) {}

    /// Takes over the cache of an ended stream; it may close it, or others in its favour.
    void keep(Tokens tokens, Cache cache) {
        if (cache.length() < LEAST_COMMON) {
            cache.close();
            return;
        }
        entries.add(new Entry(tokens, cache));
        while (entries.size() > MOST_ENTRIES || bytes() > mostBytes) {
            entries.removeFirst().cache().close();
        }
    }

    /// Hands out the cache that shares the longest beginning, cut to what is shared and leaving
    /// at least one token to compute.
    @Nullable Cache take(Tokens tokens) {
        Entry best = null;
        int longest = LEAST_COMMON - 1;
        for (var entry : entries) {
            int common = common(entry, tokens);
            if (common > longest && entry.cache().capacity() >= tokens.length()) {
                best = entry;
                longest = common;
            }
        }
        if (best == null) {
            return null;
        }
        entries.remove(best);
        best.cache().truncate(longest);
        return best.cache();
    }

    void clear() {
        entries.forEach(entry -> entry.cache().close());
        entries.clear();
    }

    private static int common(Entry entry, Tokens tokens) {
        int common = entry.tokens().commonWith(tokens);
        return Math.min(Math.min(common, entry.cache().length()), tokens.length() - 1);
    }

    private long bytes() {
        return entries.stream().mapToLong(entry -> entry.cache().capacity() * tokenBytes).sum();
    }
}
