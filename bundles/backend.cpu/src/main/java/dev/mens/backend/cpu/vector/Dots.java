package dev.mens.backend.cpu.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// Products of one stored weight row with one float row, widening on the way: decoding reads each
/// weight once, so memory bandwidth is all that counts.
final class Dots {
    private Dots() {}

    static float bf16(long w, long x, int count) {
        var sum0 = FloatVector.zero(Lanes.FLOATS);
        var sum1 = sum0;
        var sum2 = sum0;
        var sum3 = sum0;
        int step = Lanes.COUNT;
        int i = 0;
        for (; i <= count - 4 * step; i += 4 * step) {
            long at = w + 2L * i;
            long in = x + 4L * i;
            sum0 = Widen.bf16(at).fma(Lanes.load(in), sum0);
            sum1 = Widen.bf16(at + 2L * step).fma(Lanes.load(in + 4L * step), sum1);
            sum2 = Widen.bf16(at + 4L * step).fma(Lanes.load(in + 8L * step), sum2);
            sum3 = Widen.bf16(at + 6L * step).fma(Lanes.load(in + 12L * step), sum3);
        }
        for (; i <= count - step; i += step) {
            sum0 = Widen.bf16(w + 2L * i).fma(Lanes.load(x + 4L * i), sum0);
        }
        float sum = sum0.add(sum1).add(sum2.add(sum3)).reduceLanes(VectorOperators.ADD);
        for (; i < count; i++) {
            sum = Math.fma(Widen.bf16At(w + 2L * i), Memory.get(x + 4L * i), sum);
        }
        return sum;
    }

    static float f16(long w, long x, int count) {
        var sum0 = FloatVector.zero(Lanes.FLOATS);
        var sum1 = sum0;
        int step = Lanes.COUNT;
        int i = 0;
        for (; i <= count - 2 * step; i += 2 * step) {
            long at = w + 2L * i;
            long in = x + 4L * i;
            sum0 = Widen.f16(at).fma(Lanes.load(in), sum0);
            sum1 = Widen.f16(at + 2L * step).fma(Lanes.load(in + 4L * step), sum1);
        }
        for (; i <= count - step; i += step) {
            sum0 = Widen.f16(w + 2L * i).fma(Lanes.load(x + 4L * i), sum0);
        }
        float sum = sum0.add(sum1).reduceLanes(VectorOperators.ADD);
        for (; i < count; i++) {
            sum = Math.fma(Widen.f16At(w + 2L * i), Memory.get(x + 4L * i), sum);
        }
        return sum;
    }
}
