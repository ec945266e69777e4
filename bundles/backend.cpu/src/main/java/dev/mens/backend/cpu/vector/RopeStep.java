package dev.mens.backend.cpu.vector;

import dev.mens.compute.Network.Rope;
import java.util.Arrays;

/// Cosines and sines of every row's position, once for all layers that turn alike.
final class RopeStep implements RowStep {
    private final Rope rope;
    private final int pairs;
    private final Slot table;

    RopeStep(Rope rope, Slot table) {
        this.rope = rope;
        this.pairs = rope.inverseFrequencies().length;
        this.table = table;
    }

    static int width(Rope rope) {
        return 2 * Memory.stride(rope.inverseFrequencies().length);
    }

    /// Whether it makes the same table as another's.
    boolean serves(Rope other) {
        return rope.magnitude() == other.magnitude()
                && rope.beyondTokens() == other.beyondTokens()
                && Arrays.equals(rope.inverseFrequencies(), other.inverseFrequencies())
                && Arrays.equals(rope.beyond(), other.beyond());
    }

    Slot table() {
        return table;
    }

    @Override
    public int items(Frame frame) {
        return frame.rows;
    }

    @Override
    public void work(Frame frame, int worker, int from, int to) {
        for (int r = from; r < to; r++) {
            boolean beyond = rope.beyond() != null && frame.partOf(r).total() > rope.beyondTokens();
            var frequencies = beyond ? rope.beyond() : rope.inverseFrequencies();
            long cos = frame.at(table).row(r);
            long sin = cos + 4L * Memory.stride(pairs);
            for (int i = 0; i < pairs; i++) {
                double angle = frame.positions[r] * frequencies[i];
                Memory.set(cos + 4L * i, (float) (Math.cos(angle) * rope.magnitude()));
                Memory.set(sin + 4L * i, (float) (Math.sin(angle) * rope.magnitude()));
            }
        }
    }

    /// Turns one head in place.
    static void rotate(long head, long cos, int pairs) {
        long sin = cos + 4L * Memory.stride(pairs);
        long other = head + 4L * pairs;
        int i = 0;
        for (; i <= pairs - Lanes.COUNT; i += Lanes.COUNT) {
            long at = 4L * i;
            var first = Lanes.load(head + at);
            var second = Lanes.load(other + at);
            var c = Lanes.load(cos + at);
            var s = Lanes.load(sin + at);
            Lanes.store(first.mul(c).sub(second.mul(s)), head + at);
            Lanes.store(second.mul(c).add(first.mul(s)), other + at);
        }
        for (; i < pairs; i++) {
            long at = 4L * i;
            float first = Memory.get(head + at);
            float second = Memory.get(other + at);
            float c = Memory.get(cos + at);
            float s = Memory.get(sin + at);
            Memory.set(head + at, first * c - second * s);
            Memory.set(other + at, second * c + first * s);
        }
    }
}
