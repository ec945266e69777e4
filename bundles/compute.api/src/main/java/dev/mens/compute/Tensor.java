package dev.mens.compute;

import java.lang.foreign.MemorySegment;

/// A row-major, little-endian tensor over memory that somebody else owns (usually a mapped file).
/// Whoever holds a tensor must not use it after its owner closed.
///
/// @param name as in the file, for messages
/// @param data exactly `dtype.bytes(shape.elements())` bytes, any alignment
public record Tensor(String name, DType dtype, Shape shape, MemorySegment data) {
    public Tensor {
        if (data.byteSize() != dtype.bytes(shape.elements())) {
            throw ComputeProblem.SIZE_MISMATCH.with(name, shape, dtype, data.byteSize());
        }
    }

    /// Rows of a matrix: every dimension but the last, flattened.
    public long rows() {
        return shape.rank() < 2 ? 1 : shape.elements() / Math.max(1, columns());
    }

    /// Elements of the last dimension.
    public long columns() {
        return shape.rank() == 0 ? 1 : shape.size(shape.rank() - 1);
    }

    /// Rows `from` (inclusive) to `to` (exclusive) as a matrix over the same memory.
    public Tensor rows(long from, long to) {
        long rowBytes = dtype.bytes(columns());
        return new Tensor(
                name + "[" + from + ":" + to + "]",
                dtype,
                new Shape(to - from, columns()),
                data.asSlice(from * rowBytes, (to - from) * rowBytes));
    }
}
