package dev.mens.itests.gpu;

import dev.mens.backend.cuda.gpu.Arguments;

/// What a product is handed by the one before, and hands over to the next, as in `prepared.cuh`.
///
/// @param pitch rows that there are sums of squares for
/// @param squares of the input, `[parts][pitch]`, 0 if it is not handed any
/// @param x for the next product, bf16, 0 if it hands nothing over; its `gain` and `nextSquares`
///     likewise
record Prepared(int pitch, long squares, int parts, long x, long gain, long nextSquares) {
    static final int ROWS = 16;
    static final int PARTS = 3;
    static final Prepared NOTHING = new Prepared(ROWS, 0, 0, 0, 0, 0);
    private static final float EPSILON = 1e-5f;
    private static final float OFFSET = 1;

    /// What kernels take at last.
    Arguments append(Arguments to) {
        return appendTaken(to).addresses(x, gain, nextSquares).real(OFFSET);
    }

    /// What kernels take at last that hand nothing over.
    Arguments appendTaken(Arguments to) {
        return to.address(squares).integer(parts).real(EPSILON);
    }

    /// Sums of squares of rows of `columns`, in {@link #PARTS}.
    static float[] squares(Bench bench, int columns, int pitch) {
        var squares = bench.normal(PARTS * pitch);
        for (int i = 0; i < squares.length; i++) {
            squares[i] *= columns * squares[i];
        }
        return squares;
    }

    /// Multiplies rows by what a product that is handed `squares` multiplies its sums by.
    static void norm(float[] values, int columns, float[] squares) {
        int pitch = squares.length / PARTS;
        for (int i = 0; i < values.length; i++) {
            double sum = 0;
            for (int part = 0; part < PARTS; part++) {
                sum += squares[part * pitch + i / columns];
            }
            values[i] /= (float) Math.sqrt(sum / columns + EPSILON);
        }
    }

    /// How far what was handed over is from what it should be.
    ///
    /// @param stream rows of the residual stream as the product left them
    /// @param made parts of which there are sums of squares
    double error(Bench bench, float[] stream, float[] gains, int made) {
        int rows = stream.length / gains.length;
        var normed = new float[stream.length];
        var sums = new float[rows];
        for (int i = 0; i < stream.length; i++) {
            normed[i] = stream[i] * (OFFSET + gains[i % gains.length]);
            sums[i / gains.length] += stream[i] * stream[i];
        }
        var mine = new float[rows];
        var of = bench.read(nextSquares, made * pitch, true);
        for (int i = 0; i < of.length; i++) {
            if (i % pitch < rows) {
                mine[i % pitch] += of[i];
            }
        }
        return Math.max(
                Bench.error(bench.read(x, stream.length, false), normed), Bench.error(mine, sums));
    }
}
