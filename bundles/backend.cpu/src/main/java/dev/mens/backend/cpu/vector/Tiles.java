package dev.mens.backend.cpu.vector;

import jdk.incubator.vector.FloatVector;

/// The products inside attention, for four or eight queries at once, which share each loaded key
/// and value.
final class Tiles {
    private Tiles() {}

    /// `s[j, lane] = q[j] · keys[lane]` over one tile of {@link CacheShape#TILE} keys.
    static void scores(int queries, long q, long qStep, long keys, int size, long s, long sStep) {
        for (int lane = 0; lane < CacheShape.TILE; lane += Lanes.COUNT) {
            long at = 4L * lane;
            if (queries > 4) {
                scoresEight(q, qStep, keys + at, size, s + at, sStep);
            } else {
                scoresFour(q, qStep, keys + at, size, s + at, sStep);
            }
        }
    }

    private static void scoresFour(long q, long qStep, long keys, int size, long s, long sStep) {
        var a0 = FloatVector.zero(Lanes.FLOATS);
        var a1 = a0;
        var a2 = a0;
        var a3 = a0;
        for (int i = 0; i < size; i++) {
            var key = Lanes.load(keys + 4L * CacheShape.TILE * i);
            long at = q + 4L * i;
            a0 = spread(at).fma(key, a0);
            a1 = spread(at + qStep).fma(key, a1);
            a2 = spread(at + 2 * qStep).fma(key, a2);
            a3 = spread(at + 3 * qStep).fma(key, a3);
        }
        Lanes.store(a0, s);
        Lanes.store(a1, s + sStep);
        Lanes.store(a2, s + 2 * sStep);
        Lanes.store(a3, s + 3 * sStep);
    }

    private static void scoresEight(long q, long qStep, long keys, int size, long s, long sStep) {
        var a0 = FloatVector.zero(Lanes.FLOATS);
        var a1 = a0;
        var a2 = a0;
        var a3 = a0;
        var a4 = a0;
        var a5 = a0;
        var a6 = a0;
        var a7 = a0;
        for (int i = 0; i < size; i++) {
            var key = Lanes.load(keys + 4L * CacheShape.TILE * i);
            long at = q + 4L * i;
            a0 = spread(at).fma(key, a0);
            a1 = spread(at + qStep).fma(key, a1);
            a2 = spread(at + 2 * qStep).fma(key, a2);
            a3 = spread(at + 3 * qStep).fma(key, a3);
            a4 = spread(at + 4 * qStep).fma(key, a4);
            a5 = spread(at + 5 * qStep).fma(key, a5);
            a6 = spread(at + 6 * qStep).fma(key, a6);
            a7 = spread(at + 7 * qStep).fma(key, a7);
        }
        Lanes.store(a0, s);
        Lanes.store(a1, s + sStep);
        Lanes.store(a2, s + 2 * sStep);
        Lanes.store(a3, s + 3 * sStep);
        Lanes.store(a4, s + 4 * sStep);
        Lanes.store(a5, s + 5 * sStep);
        Lanes.store(a6, s + 6 * sStep);
        Lanes.store(a7, s + 7 * sStep);
    }

    /// `sum[j] = shrink[j] · sum[j] + Σ p[j, position] · values[position]` over `count` positions.
    ///
    /// @param step bytes from one row of values, and of sums, to the next
    /// @param shrink address of a factor for each query, 16 bytes apart
    static void mix(
            int queries,
            long p,
            long pStep,
            long values,
            int count,
            long sum,
            long step,
            long shrink) {
        for (long at = 0; at < step; at += Lanes.BYTES) {
            if (queries > 4) {
                mixEight(p, pStep, values + at, count, sum + at, step, shrink);
            } else {
                mixFour(p, pStep, values + at, count, sum + at, step, shrink);
            }
        }
    }

    private static void mixFour(
            long p, long pStep, long values, int count, long sum, long step, long shrink) {
        var a0 = Lanes.load(sum).mul(spread(shrink + 0));
        var a1 = Lanes.load(sum + step).mul(spread(shrink + 16));
        var a2 = Lanes.load(sum + 2 * step).mul(spread(shrink + 32));
        var a3 = Lanes.load(sum + 3 * step).mul(spread(shrink + 48));
        for (int i = 0; i < count; i++) {
            var value = Lanes.load(values + step * i);
            long at = p + 4L * i;
            a0 = spread(at).fma(value, a0);
            a1 = spread(at + pStep).fma(value, a1);
            a2 = spread(at + 2 * pStep).fma(value, a2);
            a3 = spread(at + 3 * pStep).fma(value, a3);
        }
        Lanes.store(a0, sum);
        Lanes.store(a1, sum + step);
        Lanes.store(a2, sum + 2 * step);
        Lanes.store(a3, sum + 3 * step);
    }

    private static void mixEight(
            long p, long pStep, long values, int count, long sum, long step, long shrink) {
        var a0 = Lanes.load(sum).mul(spread(shrink + 0));
        var a1 = Lanes.load(sum + step).mul(spread(shrink + 16));
        var a2 = Lanes.load(sum + 2 * step).mul(spread(shrink + 32));
        var a3 = Lanes.load(sum + 3 * step).mul(spread(shrink + 48));
        var a4 = Lanes.load(sum + 4 * step).mul(spread(shrink + 64));
        var a5 = Lanes.load(sum + 5 * step).mul(spread(shrink + 80));
        var a6 = Lanes.load(sum + 6 * step).mul(spread(shrink + 96));
        var a7 = Lanes.load(sum + 7 * step).mul(spread(shrink + 112));
        for (int i = 0; i < count; i++) {
            var value = Lanes.load(values + step * i);
            long at = p + 4L * i;
            a0 = spread(at).fma(value, a0);
            a1 = spread(at + pStep).fma(value, a1);
            a2 = spread(at + 2 * pStep).fma(value, a2);
            a3 = spread(at + 3 * pStep).fma(value, a3);
            a4 = spread(at + 4 * pStep).fma(value, a4);
            a5 = spread(at + 5 * pStep).fma(value, a5);
            a6 = spread(at + 6 * pStep).fma(value, a6);
            a7 = spread(at + 7 * pStep).fma(value, a7);
        }
        Lanes.store(a0, sum);
        Lanes.store(a1, sum + step);
        Lanes.store(a2, sum + 2 * step);
        Lanes.store(a3, sum + 3 * step);
        Lanes.store(a4, sum + 4 * step);
        Lanes.store(a5, sum + 5 * step);
        Lanes.store(a6, sum + 6 * step);
        Lanes.store(a7, sum + 7 * step);
    }

    private static FloatVector spread(long address) {
        return FloatVector.broadcast(Lanes.FLOATS, Memory.get(address));
    }
}
