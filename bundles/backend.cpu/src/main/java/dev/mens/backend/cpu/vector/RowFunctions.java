package dev.mens.backend.cpu.vector;

import dev.mens.compute.Network.Activation;

/// What a kernel set does to single rows between products. Rows begin at cache lines and are padded
/// to them.
public interface RowFunctions {
    /// `y = (x − mean) · gain / √(mean of squares + epsilon) + bias`; `y` may be `x`.
    ///
    /// @param bias address, or 0
    /// @param centered whether the mean is subtracted
    void normalize(
            long x, long y, int width, long gain, long bias, boolean centered, float epsilon);

    /// `y += scale · x`, exactly `count` elements.
    void addScaled(long x, float scale, long y, int count);

    /// `y = activation(y) · up`, or `activation(y)` if `up` is 0. Writes up to a whole vector
    /// beyond `count`, within the row's stride.
    void activate(Activation activation, long y, long up, int count);

    /// Turns elements `i` and `i + pairs` of each head in place.
    ///
    /// @param row address of the first head
    void rotate(long row, int heads, int size, long cosines, long sines, int pairs);

    /// Copies floats to elements that are `step` bytes apart.
    void spread(long from, long to, long step, int count);

    /// The same as F16.
    void spreadHalves(long from, long to, long step, int count);
}
