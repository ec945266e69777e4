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

    /// Address of the sines beside a row's cosines.
    static long sines(long cosines, int pairs) {
        return cosines + 4L * Memory.stride(pairs);
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
            long sin = sines(cos, pairs);
            for (int i = 0; i < pairs; i++) {
                double angle = frame.positions[r] * frequencies[i];
                Memory.set(cos + 4L * i, (float) (Math.cos(angle) * rope.magnitude()));
                Memory.set(sin + 4L * i, (float) (Math.sin(angle) * rope.magnitude()));
            }
        }
    }
}
