package dev.mens.tokenizer.model;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Remembers the ids of recent words, in bounded memory: two generations, the older one is dropped.
final class WordCache {
    private static final int WORDS = 32_768;
    private static final int MAX_UNITS = 128;

    private volatile ConcurrentHashMap<String, int[]> young = new ConcurrentHashMap<>();
    private volatile ConcurrentHashMap<String, int[]> old = new ConcurrentHashMap<>();
    private final AtomicInteger room = new AtomicInteger(WORDS);

    int @Nullable [] get(String word) {
        if (word.length() > MAX_UNITS) {
            return null;
        }
        var ids = young.get(word);
        if (ids != null) {
            return ids;
        }
        ids = old.get(word);
        if (ids != null) {
            put(word, ids);
        }
        return ids;
    }

    void put(String word, int[] ids) {
        if (word.length() > MAX_UNITS) {
            return;
        }
        if (room.getAndDecrement() == 0) {
            old = young;
            young = new ConcurrentHashMap<>();
            room.set(WORDS);
        }
        young.put(word, ids);
    }
}
