package dev.mens.backend.cpu.vector;

import dev.mens.compute.Network.Embedding;
import dev.mens.compute.Tensor;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/// Rows of `x` from tokens and positions.
final class EmbedStep implements RowStep {
    private final Tensor tokens;
    private final float scale;
    private final @Nullable Tensor positions;
    private final long segment;
    private final @Nullable Norms norm;
    private final int hidden;
    private final Slot x;

    EmbedStep(Arena arena, Embedding embedding, int hidden, Slot x, Layout layout) {
        this.tokens = embedding.tokens();
        this.scale = embedding.scale();
        this.positions = embedding.positions();
        var offset = embedding.segment();
        this.segment = offset == null ? 0 : Norms.floats(arena, offset, 0);
        this.norm = Norms.of(arena, embedding.norm());
        this.hidden = hidden;
        this.x = x;
        layout.needScratch(hidden);
    }

    @Override
    public int items(Frame frame) {
        return frame.rows;
    }

    @Override
    public void work(Frame frame, int worker, int from, int to) {
        long scratch = frame.scratch(worker);
        var piece = frame.piece(worker);
        var rows = frame.at(x).functions();
        for (int r = from; r < to; r++) {
            long row = frame.at(x).row(r);
            Memory.zero(row, hidden);
            Blocks.decode(tokens, (long) frame.tokens[r] * hidden, hidden, scratch, piece);
            rows.addScaled(scratch, scale, row, hidden);
            if (positions != null) {
                Blocks.decode(
                        positions, (long) frame.positions[r] * hidden, hidden, scratch, piece);
                rows.addScaled(scratch, 1, row, hidden);
            }
            if (segment != 0) {
                rows.addScaled(segment, 1, row, hidden);
            }
            if (norm != null) {
                norm.apply(rows, row, row);
            }
        }
    }
}
