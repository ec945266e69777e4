package dev.mens.backend.cpu.vector;

import dev.mens.compute.Network.Residual;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/// Between two branches, row by row: adds the last branch `y` to the residual stream `x` and
/// normalizes `x` into `n` for the next branch.
final class JoinStep implements RowStep {
    private final boolean joins;
    private final @Nullable Norms after;
    private final float scale;
    private final @Nullable Norms sum;
    private final boolean leads;
    private final @Nullable Norms before;
    private final int hidden;
    private final Slot x;
    private final Slot y;
    private final Slot n;

    /// @param last the branch that ends here; `null` at the start
    /// @param next the branch that begins here; `null` at the end
    JoinStep(
            Arena arena, @Nullable Residual last, @Nullable Residual next, Slot x, Slot y, Slot n) {
        this.joins = last != null;
        this.after = last == null ? null : Norms.of(arena, last.after());
        this.scale = last == null ? 0 : last.scale();
        this.sum = last == null ? null : Norms.of(arena, last.sum());
        this.leads = next != null;
        this.before = next == null ? null : Norms.of(arena, next.before());
        this.hidden = x.width;
        this.x = x;
        this.y = y;
        this.n = n;
    }

    @Override
    public int items(Frame frame) {
        return frame.rows;
    }

    @Override
    public void work(Frame frame, int worker, int from, int to) {
        for (int r = from; r < to; r++) {
            long row = frame.at(x).row(r);
            if (joins) {
                join(frame.at(y).functions(), frame.at(y).row(r), row);
            }
            if (leads) {
                var next = frame.at(n);
                if (before == null) {
                    Memory.copy(row, next.row(r), hidden);
                } else {
                    before.apply(next.functions(), row, next.row(r));
                }
                next.changed(r);
            }
        }
    }

    private void join(RowFunctions rows, long branch, long row) {
        if (after != null) {
            after.apply(rows, branch, branch);
        }
        rows.addScaled(branch, scale, row, hidden);
        if (sum != null) {
            sum.apply(rows, row, row);
        }
    }
}
