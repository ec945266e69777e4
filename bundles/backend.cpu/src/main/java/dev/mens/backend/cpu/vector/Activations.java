package dev.mens.backend.cpu.vector;

import java.lang.foreign.Arena;
import java.util.Set;

/// The input rows of a multiplication: floats, and the rounded forms that some matrices read.
///
/// @param floats address of `[rows, stride]`
/// @param bytes address of one block of `rowBytes` for each row; 0 if nobody reads it
/// @param halves address of BF16 `[rows, 2, stride]`; 0 if nobody reads it
public record Activations(
        int width,
        int stride,
        long floats,
        long bytes,
        long rowBytes,
        long halves,
        Matrices matrices) {

    /// Zeroed rows.
    ///
    /// @param forms that somebody reads
    public static Activations allocate(
            Arena arena, Matrices matrices, int rows, int width, Set<Form> forms) {
        int stride = Memory.stride(width);
        long rowBytes = forms.contains(Form.BYTES) ? matrices.rowBytes(width) : 0;
        return new Activations(
                width,
                stride,
                Memory.allocate(arena, 4L * rows * stride),
                rowBytes == 0 ? 0 : Memory.allocate(arena, rows * rowBytes),
                rowBytes,
                forms.contains(Form.HALVES) ? Memory.allocate(arena, 4L * rows * stride) : 0,
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

    /// Address of a row's BF16 form.
    public long rowHalves(int row) {
        return halves + 4L * row * stride;
    }

    RowFunctions functions() {
        return matrices.rows();
    }

    /// Writes a whole row.
    public void set(int row, float[] values) {
        Memory.write(values, row(row), width);
        changed(row);
    }

    /// Must follow every change of a row.
    void changed(int row) {
        changed(row, 0, width);
    }

    /// The same for a slice between multiples of {@link Form#SLICE}.
    void changed(int row, int from, int to) {
        if (bytes != 0) {
            matrices.toBytes(row(row), rowBytes(row), width, from, to);
        }
        if (halves != 0) {
            matrices.toHalves(row(row), rowHalves(row), width, from, to);
        }
    }
}
