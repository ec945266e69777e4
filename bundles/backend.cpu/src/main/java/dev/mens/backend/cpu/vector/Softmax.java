package dev.mens.backend.cpu.vector;

import static dev.mens.backend.cpu.vector.CacheShape.PAGE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// The softmax of attention, page by page.
///
/// @see <a href="https://arxiv.org/abs/1805.02867">Milakov and Gimelshein 2018</a>
final class Softmax {
    private Softmax() {}

    /// Turns one query's scores of a page into weights relative to its new maximum, and says by
    /// how much its sums shrink because of it.
    static void weigh(long scores, int from, int to, float softCap, long state) {
        if (from >= to) {
            Memory.set(state + 8, 1);
            Memory.zero(scores, PAGE);
            return;
        }
        if (softCap > 0) {
            Lanes.scaleAndCap(scores, 1, softCap, PAGE);
        }
        fill(scores, 0, from, Float.NEGATIVE_INFINITY);
        fill(scores, to, PAGE, Float.NEGATIVE_INFINITY);
        float before = Memory.get(state);
        float max = Math.max(before, max(scores));
        float sum = exponentials(scores, max);
        sum -= zeroed(scores, 0, from) + zeroed(scores, to, PAGE);
        float shrink = (float) Math.exp(before - max);
        Memory.set(state, max);
        Memory.set(state + 4, Memory.get(state + 4) * shrink + sum);
        Memory.set(state + 8, shrink);
    }

    private static float max(long scores) {
        var max = Lanes.load(scores);
        for (int i = Lanes.COUNT; i < PAGE; i += Lanes.COUNT) {
            max = max.max(Lanes.load(scores + 4L * i));
        }
        return max.reduceLanes(VectorOperators.MAX);
    }

    private static float exponentials(long scores, float max) {
        var sum = FloatVector.zero(Lanes.FLOATS);
        for (int i = 0; i < PAGE; i += Lanes.COUNT) {
            var weight = Lanes.exp(Lanes.load(scores + 4L * i).sub(max));
            Lanes.store(weight, scores + 4L * i);
            sum = sum.add(weight);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    private static void fill(long scores, int from, int to, float value) {
        for (int i = from; i < to; i++) {
            Memory.set(scores + 4L * i, value);
        }
    }

    /// Zeroes weights that are not seen; their sum, which is nearly 0, is returned.
    private static float zeroed(long scores, int from, int to) {
        float sum = 0;
        for (int i = from; i < to; i++) {
            sum += Memory.get(scores + 4L * i);
            Memory.set(scores + 4L * i, 0);
        }
        return sum;
    }
}
