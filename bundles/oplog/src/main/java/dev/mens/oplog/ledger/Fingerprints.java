package dev.mens.oplog.ledger;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// A growing set of 64-bit hashes in 8 to 16 bytes each. Two of a million different things are
/// taken for the same with a probability of 3 in 10⁸.
final class Fingerprints {
    private static final int SMALLEST = 64;

    /// Open addressing; 0 is free, and stands for itself in `zero`.
    private long[] table = new long[SMALLEST];
    private int count;
    private boolean zero;

    /// @return whether it was not there
    boolean add(long hash) {
        if (hash == 0) {
            boolean added = !zero;
            zero = true;
            return added;
        }
        if (2 * count >= table.length) {
            grow();
        }
        return enter(hash);
    }

    private boolean enter(long hash) {
        int slot = (int) hash & table.length - 1;
        while (table[slot] != 0) {
            if (table[slot] == hash) {
                return false;
            }
            slot = slot + 1 & table.length - 1;
        }
        table[slot] = hash;
        count++;
        return true;
    }

    private void grow() {
        var old = table;
        table = new long[2 * old.length];
        count = 0;
        for (long hash : old) {
            if (hash != 0) {
                enter(hash);
            }
        }
    }

    /// All of them, sorted.
    byte[] bytes() {
        var sorted = Arrays.stream(table).filter(hash -> hash != 0).sorted().toArray();
        var bytes = ByteBuffer.allocate((sorted.length + (zero ? 1 : 0)) * Long.BYTES);
        for (long hash : sorted) {
            bytes.putLong(hash);
        }
        return bytes.array();
    }

    /// Adds what {@link #bytes} returned.
    void restore(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        while (in.remaining() >= Long.BYTES) {
            add(in.getLong());
        }
    }

    void clear() {
        table = new long[SMALLEST];
        count = 0;
        zero = false;
    }
}
