package dev.mens.transformer.sampling;

import java.util.Arrays;

/// The tokens that may come next, with their logits. Made once for a vocabulary and refilled for
/// each token, so that choosing allocates nothing.
public final class Candidates {
    private final int[] ids;
    private final float[] logits;

    /// Scratch for sorting: a logit's order in the high half, its index in the low half.
    private final long[] keys;

    private int count;

    public Candidates(int vocabulary) {
        ids = new int[vocabulary];
        logits = new float[vocabulary];
        keys = new long[vocabulary];
    }

    /// Every token of the vocabulary, by id.
    public void fill(float[] all) {
        count = ids.length;
        System.arraycopy(all, 0, logits, 0, count);
        for (int id = 0; id < count; id++) {
            ids[id] = id;
        }
    }

    public int count() {
        return count;
    }

    public int id(int index) {
        return ids[index];
    }

    public float logit(int index) {
        return logits[index];
    }

    /// The logit of a token that is among the candidates.
    public float logitOf(int id) {
        for (int i = 0; i < count; i++) {
            if (ids[i] == id) {
                return logits[i];
            }
        }
        throw new IllegalArgumentException("token " + id + " is no candidate");
    }

    /// Indices of the `wanted` likeliest, best first.
    public int[] best(int wanted) {
        int found = sortFrom(ranked(wanted));
        var best = new int[Math.min(wanted, found)];
        for (int rank = 0; rank < best.length; rank++) {
            best[rank] = sorted(rank);
        }
        return best;
    }

    void logit(int index, float value) {
        logits[index] = value;
    }

    float highest() {
        float highest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            highest = Math.max(highest, logits[i]);
        }
        return highest;
    }

    /// Drops what lies below a logit; the order of the others stays.
    void keepFrom(float least) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (logits[i] >= least) {
                ids[kept] = ids[i];
                logits[kept++] = logits[i];
            }
        }
        count = kept;
    }

    /// `Σ exp(logit − highest)`.
    double mass(float highest) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += Math.exp(logits[i] - highest);
        }
        return sum;
    }

    /// Writes the logits that are at least `least` into the first places of {@link #sorted},
    /// highest first, and returns how many they are.
    int sortFrom(float least) {
        int found = 0;
        for (int i = 0; i < count; i++) {
            if (logits[i] >= least) {
                // Ascending keys are descending logits; equal ones stay in order of their id.
                keys[found++] = (long) ~ordered(logits[i]) << 32 | i;
            }
        }
        Arrays.sort(keys, 0, found);
        return found;
    }

    /// Index of a candidate by its rank after {@link #sortFrom}.
    int sorted(int rank) {
        return (int) keys[rank];
    }

    /// Keeps the first `ranks` of {@link #sortFrom}, in the order of their ids.
    void keepRanks(int ranks) {
        for (int rank = 0; rank < ranks; rank++) {
            keys[rank] &= 0xffff_ffffL;
        }
        Arrays.sort(keys, 0, ranks);
        for (int kept = 0; kept < ranks; kept++) {
            int index = (int) keys[kept];
            ids[kept] = ids[index];
            logits[kept] = logits[index];
        }
        count = ranks;
    }

    /// The k-th highest logit, k from 1 to {@link #count}.
    float ranked(int k) {
        // A heap of the k highest so far, its lowest on top.
        for (int i = 0; i < k; i++) {
            keys[i] = ordered(logits[i]);
        }
        for (int parent = k / 2 - 1; parent >= 0; parent--) {
            sink(parent, k);
        }
        for (int i = k; i < count; i++) {
            int key = ordered(logits[i]);
            if (key > keys[0]) {
                keys[0] = key;
                sink(0, k);
            }
        }
        return Float.intBitsToFloat(flip((int) keys[0]));
    }

    private void sink(int from, int size) {
        int parent = from;
        while (true) {
            int child = 2 * parent + 1;
            if (child >= size) {
                return;
            }
            if (child + 1 < size && keys[child + 1] < keys[child]) {
                child++;
            }
            if (keys[parent] <= keys[child]) {
                return;
            }
            long swapped = keys[parent];
            keys[parent] = keys[child];
            keys[child] = swapped;
            parent = child;
        }
    }

    /// An integer that compares as the float does.
    private static int ordered(float value) {
        return flip(Float.floatToRawIntBits(value));
    }

    /// Its own inverse.
    private static int flip(int bits) {
        return bits ^ (bits >> 31 & 0x7fffffff);
    }
}
