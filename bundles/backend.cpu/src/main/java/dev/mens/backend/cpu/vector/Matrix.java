package dev.mens.backend.cpu.vector;

/// A weight matrix `[outputs, inputs]` in whichever layout its kernels like.
public interface Matrix {

    /// Outputs are computed in slices that start at multiples of this.
    int GRAIN = 32;

    int outputs();

    int inputs();

    /// The form of {@link Activations} that {@link #multiply} reads.
    Form reads();

    /// Bytes of memory that it holds.
    long bytes();

    /// Starts to load some of its {@link #bytes()}, which lie in the order of outputs, into the
    /// cache.
    ///
    /// @return whether this is possible
    default boolean load(long offset, int count) {
        return false;
    }

    /// `y[r, o] = weight[o] · x[r]` for all rows of `x` and `from ≤ o < to`.
    ///
    /// @param rows of `x`, from `firstRow`
    /// @param y address of `y[0, 0]`
    /// @param yStride floats from one row of `y` to the next
    /// @param scratch {@link #scratchFloats} floats of the calling worker's own
    void multiply(
            Activations x,
            int firstRow,
            int rows,
            long y,
            int yStride,
            int from,
            int to,
            long scratch);

    /// Floats that a worker must offer: a packed panel, or several widened rows.
    default int scratchFloats() {
        int inputs = inputs();
        return 2 * Memory.stride(inputs)
                + Panel.TILE_FLOATS
                + WideProduct.MOST_DEPTH * WideProduct.WIDTH;
    }
}
