package dev.mens.backend.cpu.vector;

import dev.mens.compute.Network.Activation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// Rows on the Vector API.
public final class VectorRows implements RowFunctions {
    @Override
    public void normalize(
            long x, long y, int width, long gain, long bias, boolean centered, float epsilon) {
        float mean = centered ? sum(x, width) / width : 0;
        float scale = (float) (1 / Math.sqrt(squares(x, width, mean) / width + epsilon));
        int i = 0;
        for (; i <= width - Lanes.COUNT; i += Lanes.COUNT) {
            long at = 4L * i;
            var value = Lanes.load(x + at).sub(mean).mul(scale).mul(Lanes.load(gain + at));
            Lanes.store(bias == 0 ? value : value.add(Lanes.load(bias + at)), y + at);
        }
        for (; i < width; i++) {
            long at = 4L * i;
            float value = (Memory.get(x + at) - mean) * scale * Memory.get(gain + at);
            Memory.set(y + at, bias == 0 ? value : value + Memory.get(bias + at));
        }
    }

    private static float sum(long x, int width) {
        var sums = FloatVector.zero(Lanes.FLOATS);
        int i = 0;
        for (; i <= width - Lanes.COUNT; i += Lanes.COUNT) {
            sums = sums.add(Lanes.load(x + 4L * i));
        }
        float sum = sums.reduceLanes(VectorOperators.ADD);
        for (; i < width; i++) {
            sum += Memory.get(x + 4L * i);
        }
        return sum;
    }

    private static float squares(long x, int width, float mean) {
        var sums = FloatVector.zero(Lanes.FLOATS);
        int i = 0;
        for (; i <= width - Lanes.COUNT; i += Lanes.COUNT) {
            var value = Lanes.load(x + 4L * i).sub(mean);
            sums = value.fma(value, sums);
        }
        float sum = sums.reduceLanes(VectorOperators.ADD);
        for (; i < width; i++) {
            float value = Memory.get(x + 4L * i) - mean;
            sum += value * value;
        }
        return sum;
    }

    @Override
    public void addScaled(long x, float scale, long y, int count) {
        Lanes.addScaled(x, scale, y, count);
    }

    @Override
    public void activate(Activation activation, long y, long up, int count) {
        Lanes.activate(activation, y, up, count);
    }

    @Override
    public void rotate(long row, int heads, int size, long cosines, long sines, int pairs) {
        for (int h = 0; h < heads; h++) {
            rotate(row + 4L * h * size, cosines, sines, pairs);
        }
    }

    private static void rotate(long head, long cosines, long sines, int pairs) {
        long other = head + 4L * pairs;
        int i = 0;
        for (; i <= pairs - Lanes.COUNT; i += Lanes.COUNT) {
            long at = 4L * i;
            var first = Lanes.load(head + at);
            var second = Lanes.load(other + at);
            var c = Lanes.load(cosines + at);
            var s = Lanes.load(sines + at);
            Lanes.store(first.mul(c).sub(second.mul(s)), head + at);
            Lanes.store(second.mul(c).add(first.mul(s)), other + at);
        }
        for (; i < pairs; i++) {
            long at = 4L * i;
            float first = Memory.get(head + at);
            float second = Memory.get(other + at);
            float c = Memory.get(cosines + at);
            float s = Memory.get(sines + at);
            Memory.set(head + at, first * c - second * s);
            Memory.set(other + at, second * c + first * s);
        }
    }

    @Override
    public void spread(long from, long to, long step, int count) {
        for (int i = 0; i < count; i++) {
            Memory.set(to + step * i, Memory.get(from + 4L * i));
        }
    }

    @Override
    public void spreadHalves(long from, long to, long step, int count) {
        for (int i = 0; i < count; i++) {
            Memory.setHalf(to + step * i, Memory.get(from + 4L * i));
        }
    }
}
