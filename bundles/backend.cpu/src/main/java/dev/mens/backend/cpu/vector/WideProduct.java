package dev.mens.backend.cpu.vector;

/// Products with many rows of `x`: they share panels of weights that were widened to floats, two
/// vectors of outputs side by side.
final class WideProduct {
    /// Outputs of a panel.
    static final int WIDTH = 2 * Lanes.COUNT;

    /// Bytes from an input's weights to the next one's.
    static final long STEP = 4L * WIDTH;

    /// Inputs of a panel: it and the rows of `x` beside it fit the first-level cache.
    private static final int DEPTH = 128;

    /// Inputs of the longest panel: of types in larger blocks, one block.
    static final int MOST_DEPTH = 256;

    private WideProduct() {}

    /// A matrix whose weights can be widened to panels.
    interface Weights extends Matrix {
        /// From this many rows on, widening panels pays.
        int wideRows();

        /// Inputs that are widened together.
        int block();

        /// Fills a panel `[depth, WIDTH]` with the weights of outputs from `output` on.
        ///
        /// @param scratch of the calling worker, `inputs` floats
        void widen(int output, int input, int depth, long panel, long scratch);
    }

    /// As {@link Matrix#multiply}, but only as many outputs as fill panels, and only if there are
    /// many rows.
    ///
    /// @return the first output that is left
    static int multiply(
            Weights weights,
            Activations x,
            int firstRow,
            int rows,
            long y,
            int yStride,
            int from,
            int to,
            long scratch) {
        int done = from;
        if (rows >= weights.wideRows()) {
            for (; done <= to - WIDTH; done += WIDTH) {
                panel(weights, x, firstRow, rows, y + 4L * done, 4L * yStride, done, scratch);
            }
        }
        return done;
    }

    private static void panel(
            Weights weights,
            Activations x,
            int firstRow,
            int rows,
            long y,
            long yStep,
            int output,
            long scratch) {
        for (int r = 0; r < rows; r++) {
            Memory.zero(y + r * yStep, WIDTH);
        }
        int inputs = weights.inputs();
        int most = Math.max(DEPTH, weights.block());
        long tile = scratch + 8L * Memory.stride(inputs);
        long panel = tile + 4L * Panel.TILE_FLOATS;
        long xStep = 4L * x.stride();
        for (int k = 0; k < inputs; k += most) {
            int depth = Math.min(most, inputs - k);
            weights.widen(output, k, depth, panel, scratch);
            long in = x.row(firstRow) + 4L * k;
            Panel.rows(rows, in, xStep, panel, STEP, Lanes.BYTES, depth, y, yStep, tile);
        }
    }
}
