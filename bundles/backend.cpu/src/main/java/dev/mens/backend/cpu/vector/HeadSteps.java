package dev.mens.backend.cpu.vector;

import dev.mens.compute.Network.Head;
import java.lang.foreign.Arena;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The way out: normalizes the wanted rows, and multiplies them by the vocabulary.
final class HeadSteps {
    private HeadSteps() {}

    /// Copies {@link Frame#headRows} of `x`, normalized, into a buffer of their own.
    static final class Leave implements RowStep {
        private final @Nullable Norms norm;
        private final Slot x;
        private final Slot out;

        Leave(Arena arena, @Nullable Head head, Slot x, Slot out) {
            this.norm = head == null ? null : Norms.of(arena, head.norm());
            this.x = x;
            this.out = out;
        }

        @Override
        public int items(Frame frame) {
            return frame.headCount;
        }

        @Override
        public void work(Frame frame, int worker, int from, int to) {
            for (int i = from; i < to; i++) {
                long row = frame.at(x).row(frame.headRows[i]);
                var into = frame.at(out);
                if (norm == null) {
                    Memory.copy(row, into.row(i), x.width);
                } else {
                    norm.apply(into.functions(), row, into.row(i));
                }
                into.changed(i);
            }
        }
    }

    /// Logits of {@link Frame#headRows}, scaled and capped.
    static final class Logits extends MultiplyStep {
        private final float scale;
        private final float softCap;

        Logits(Head head, Slot in, Product product, Layout layout) {
            super(in, List.of(product), layout);
            this.scale = head.scale();
            this.softCap = head.softCap();
        }

        @Override
        int rows(Frame frame) {
            return frame.headCount;
        }

        @Override
        void finish(Activations out, int rows, int from, int to) {
            if (scale != 1 || softCap > 0) {
                for (int r = 0; r < rows; r++) {
                    Lanes.scaleAndCap(out.row(r) + 4L * from, scale, softCap, to - from);
                }
            }
        }
    }
}
