package dev.mens.formats.convert;

import dev.mens.compute.DType;
import dev.mens.compute.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// A tensor that is read piece by piece, so that its size does not matter.
public interface TensorSource {
    /// Pieces start at multiples of this many elements, which is whole blocks of every type.
    int UNIT = 256;

    /// The most elements of one piece: 8 MB of the widest type.
    int PIECE = 4096 * UNIT;

    DType dtype();

    Shape shape();

    /// Reads the bytes of a run of elements in row-major order.
    ///
    /// @param first a multiple of {@link #UNIT}
    /// @param count a multiple of {@link #UNIT}, unless the run ends the tensor; at most
    ///     {@link #PIECE}
    /// @param target receives exactly `dtype().bytes(count)` bytes at its start
    void read(long first, int count, MemorySegment target) throws IOException;

    /// Bytes that reading the whole tensor takes from its file, for progress.
    default long sourceBytes() {
        return dtype().bytes(shape().elements());
    }
}
