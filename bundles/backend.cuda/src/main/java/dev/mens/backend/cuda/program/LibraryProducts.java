package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.gpu.Gemm;
import dev.mens.backend.cuda.gpu.Gpu;

/// Products of many rows, by the vendor's library.
final class LibraryProducts {
    /// The library's ways are remembered by form, so rows are rounded up to few numbers.
    private static final int LIBRARY_ROWS = 64;

    private final Gpu gpu;
    private final Operations operations;
    private final Precision precision;
    private final long widened;

    /// @param widened room for the largest matrix in bf16
    LibraryProducts(Gpu gpu, Operations operations, Precision precision, long widened) {
        this.gpu = gpu;
        this.operations = operations;
        this.precision = precision;
        this.widened = widened;
    }

    /// `y = alpha · weight · x + beta · y` by the library, for many rows.
    ///
    /// @param x of the compute type
    /// @param single whether `y` is f32
    void multiply(
            DeviceLinear linear,
            long x,
            long y,
            int yStride,
            boolean single,
            float alpha,
            float beta,
            int rows) {
        int column = 0;
        for (var part : linear.parts()) {
            int stride = Strides.of(part.columns());
            long weight = halves(part);
            long at = y + (long) column * (single ? Float.BYTES : precision.bytes());
            gpu.multiply(
                    new Gemm(
                            weight,
                            stride,
                            x,
                            stride,
                            at,
                            yStride,
                            rounded(rows),
                            part.rows(),
                            part.columns(),
                            single,
                            alpha,
                            beta));
            column += part.rows();
        }
        if (linear.bias() != 0) {
            operations.bias(y, single, linear.bias(), rows, linear.outputs());
        }
    }

    /// Where the matrix is as bf16 rows: its own place, or that of the one widened last.
    long halves(DeviceMatrix matrix) {
        if (matrix.type() == WeightType.BF16) {
            return matrix.quants();
        }
        operations.widen(matrix, widened);
        return widened;
    }

    /// Rows that the library computes for so many; the last may be nobody's.
    static int rounded(int rows) {
        return (rows + LIBRARY_ROWS - 1) / LIBRARY_ROWS * LIBRARY_ROWS;
    }
}
