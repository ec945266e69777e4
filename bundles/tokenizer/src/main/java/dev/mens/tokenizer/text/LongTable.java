package dev.mens.tokenizer.text;

import java.util.Arrays;

/// A map from long to long without boxes: open addressing, linear probing, no removal.
///
/// {@link Long#MIN_VALUE} is neither key nor value; {@link #ABSENT} answers for a missing key.
public final class LongTable {
    public static final long ABSENT = Long.MIN_VALUE;

    private long[] keys;
    private long[] values;
    private int size;

    public LongTable(int expected) {
        int capacity = Integer.highestOneBit(Math.max(expected, 4) * 2) * 2;
        keys = new long[capacity];
        values = new long[capacity];
        Arrays.fill(keys, ABSENT);
    }

    public long get(long key) {
        long[] table = keys;
        int mask = table.length - 1;
        int slot = spread(key) & mask;
        while (true) {
            long found = table[slot];
            if (found == key) {
                return values[slot];
            }
            if (found == ABSENT) {
                return ABSENT;
            }
            slot = (slot + 1) & mask;
        }
    }

    public void put(long key, long value) {
        if (size * 2 >= keys.length) {
            grow();
        }
        int mask = keys.length - 1;
        int slot = spread(key) & mask;
        while (keys[slot] != ABSENT && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        if (keys[slot] == ABSENT) {
            size++;
        }
        keys[slot] = key;
        values[slot] = value;
    }

    private void grow() {
        var oldKeys = keys;
        var oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new long[keys.length];
        Arrays.fill(keys, ABSENT);
        size = 0;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != ABSENT) {
                put(oldKeys[i], oldValues[i]);
            }
        }
    }

    private static int spread(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32);
    }
}
