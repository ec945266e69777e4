package dev.mens.backend.cpu.vector;

import java.lang.foreign.Arena;

/// The input rows of a multiplication: floats, and their int8 form where weights are quantized.
///
/// @param floats address of `[rows, stride]`
/// @param bytes address of one block of `rowBytes` for each row; 0 if nobody reads it
public record Activations(
        int width, int stride, long floats, long bytes, long rowBytes, Matrices matrices) {

    static Activations allocate(
            Arena arena, Matrices matrices, int rows, int width, boolean asBytes) {
        int stride = Memory.stride(width);
        long rowBytes = asBytes ? matrices.rowBytes(width) : 0;
        return new Activations(
                width,
                stride,
                Memory.allocate(arena, 4L * rows * stride),
                asBytes ? Memory.allocate(arena, rows * rowBytes) : 0,
                rowBytes,
                matrices);
    }

    /// Address of a row's floats.
    public long row(int row) {
        return floats + 4L * row * stride;
    }

    /// Address of a row's int8 form.
    public long rowBytes(int row) {
        return bytes + row * rowBytes;
    }

    /// Must follow every change of a row.
    void changed(int row) {
        if (bytes != 0) {
            matrices.toBytes(row(row), rowBytes(row), width);
        }
    }
}
