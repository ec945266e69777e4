package dev.mens.backend.cpu.vector;

/// Makes the rounded forms of rows that a step has written slice by slice.
class RoundStep implements RowStep {
    private final Slot slot;

    RoundStep(Slot slot) {
        this.slot = slot;
    }

    int rows(Frame frame) {
        return frame.rows;
    }

    @Override
    public int items(Frame frame) {
        return slot.rounded() ? rows(frame) : 0;
    }

    @Override
    public void work(Frame frame, int worker, int from, int to) {
        for (int r = from; r < to; r++) {
            frame.at(slot).changed(r);
        }
    }
}
