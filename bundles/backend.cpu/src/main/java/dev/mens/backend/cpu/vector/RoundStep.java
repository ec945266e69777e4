package dev.mens.backend.cpu.vector;

/// Makes the rounded forms of rows that a step has written in slices unlike {@link Form#SLICE}.
final class RoundStep implements RowStep {
    private final Slot slot;

    RoundStep(Slot slot) {
        this.slot = slot;
    }

    @Override
    public int items(Frame frame) {
        return slot.rounded() ? frame.rows : 0;
    }

    @Override
    public void work(Frame frame, int worker, int from, int to) {
        for (int r = from; r < to; r++) {
            frame.at(slot).changed(r);
        }
    }
}
