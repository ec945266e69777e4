package dev.mens.backend.cpu.vector;

import static dev.mens.backend.cpu.vector.Lanes.BYTES;

import jdk.incubator.vector.FloatVector;

/// The heart of every product of matrices: rows of `x` times a panel of `depth` rows and two
/// vectors of columns. Eight rows of `x` fill sixteen registers with sums, which live in `y`
/// between calls. Rows of the panel are `step` bytes apart, its second vectors `next` bytes behind
/// the first.
final class Panel {
    /// Rows at once: as many as the registers hold.
    static final int ROWS = Lanes.COUNT >= 16 ? 8 : 4;

    private Panel() {}

    /// `y[r] += x[r] · panel` for any number of rows.
    static void rows(
            int rows,
            long x,
            long xStep,
            long panel,
            long step,
            long next,
            int depth,
            long y,
            long yStep) {
        int r = 0;
        for (; ROWS == 8 && r <= rows - 8; r += 8) {
            eight(x + r * xStep, xStep, panel, step, next, depth, y + r * yStep, yStep);
        }
        for (; r <= rows - 4; r += 4) {
            four(x + r * xStep, xStep, panel, step, next, depth, y + r * yStep, yStep);
        }
        for (; r < rows; r++) {
            one(x + r * xStep, panel, step, next, depth, y + r * yStep);
        }
    }

    /// `y[r] += x[r] · panel` for eight rows.
    private static void eight(
            long x, long xStep, long panel, long step, long next, int depth, long y, long yStep) {
        var a0 = Lanes.load(y);
        var b0 = Lanes.load(y + BYTES);
        var a1 = Lanes.load(y + yStep);
        var b1 = Lanes.load(y + yStep + BYTES);
        var a2 = Lanes.load(y + 2 * yStep);
        var b2 = Lanes.load(y + 2 * yStep + BYTES);
        var a3 = Lanes.load(y + 3 * yStep);
        var b3 = Lanes.load(y + 3 * yStep + BYTES);
        long z = y + 4 * yStep;
        var a4 = Lanes.load(z);
        var b4 = Lanes.load(z + BYTES);
        var a5 = Lanes.load(z + yStep);
        var b5 = Lanes.load(z + yStep + BYTES);
        var a6 = Lanes.load(z + 2 * yStep);
        var b6 = Lanes.load(z + 2 * yStep + BYTES);
        var a7 = Lanes.load(z + 3 * yStep);
        var b7 = Lanes.load(z + 3 * yStep + BYTES);
        long x4 = x + 4 * xStep;
        for (int k = 0; k < depth; k++) {
            long row = panel + step * k;
            var left = Lanes.load(row);
            var right = Lanes.load(row + next);
            long at = 4L * k;
            var v = spread(x + at);
            a0 = v.fma(left, a0);
            b0 = v.fma(right, b0);
            v = spread(x + xStep + at);
            a1 = v.fma(left, a1);
            b1 = v.fma(right, b1);
            v = spread(x + 2 * xStep + at);
            a2 = v.fma(left, a2);
            b2 = v.fma(right, b2);
            v = spread(x + 3 * xStep + at);
            a3 = v.fma(left, a3);
            b3 = v.fma(right, b3);
            v = spread(x4 + at);
            a4 = v.fma(left, a4);
            b4 = v.fma(right, b4);
            v = spread(x4 + xStep + at);
            a5 = v.fma(left, a5);
            b5 = v.fma(right, b5);
            v = spread(x4 + 2 * xStep + at);
            a6 = v.fma(left, a6);
            b6 = v.fma(right, b6);
            v = spread(x4 + 3 * xStep + at);
            a7 = v.fma(left, a7);
            b7 = v.fma(right, b7);
        }
        Lanes.store(a0, y);
        Lanes.store(b0, y + BYTES);
        Lanes.store(a1, y + yStep);
        Lanes.store(b1, y + yStep + BYTES);
        Lanes.store(a2, y + 2 * yStep);
        Lanes.store(b2, y + 2 * yStep + BYTES);
        Lanes.store(a3, y + 3 * yStep);
        Lanes.store(b3, y + 3 * yStep + BYTES);
        Lanes.store(a4, z);
        Lanes.store(b4, z + BYTES);
        Lanes.store(a5, z + yStep);
        Lanes.store(b5, z + yStep + BYTES);
        Lanes.store(a6, z + 2 * yStep);
        Lanes.store(b6, z + 2 * yStep + BYTES);
        Lanes.store(a7, z + 3 * yStep);
        Lanes.store(b7, z + 3 * yStep + BYTES);
    }

    /// `y[r] += x[r] · panel` for four rows.
    private static void four(
            long x, long xStep, long panel, long step, long next, int depth, long y, long yStep) {
        var a0 = Lanes.load(y);
        var b0 = Lanes.load(y + BYTES);
        var a1 = Lanes.load(y + yStep);
        var b1 = Lanes.load(y + yStep + BYTES);
        var a2 = Lanes.load(y + 2 * yStep);
        var b2 = Lanes.load(y + 2 * yStep + BYTES);
        var a3 = Lanes.load(y + 3 * yStep);
        var b3 = Lanes.load(y + 3 * yStep + BYTES);
        for (int k = 0; k < depth; k++) {
            long row = panel + step * k;
            var left = Lanes.load(row);
            var right = Lanes.load(row + next);
            long at = 4L * k;
            var v = spread(x + at);
            a0 = v.fma(left, a0);
            b0 = v.fma(right, b0);
            v = spread(x + xStep + at);
            a1 = v.fma(left, a1);
            b1 = v.fma(right, b1);
            v = spread(x + 2 * xStep + at);
            a2 = v.fma(left, a2);
            b2 = v.fma(right, b2);
            v = spread(x + 3 * xStep + at);
            a3 = v.fma(left, a3);
            b3 = v.fma(right, b3);
        }
        Lanes.store(a0, y);
        Lanes.store(b0, y + BYTES);
        Lanes.store(a1, y + yStep);
        Lanes.store(b1, y + yStep + BYTES);
        Lanes.store(a2, y + 2 * yStep);
        Lanes.store(b2, y + 2 * yStep + BYTES);
        Lanes.store(a3, y + 3 * yStep);
        Lanes.store(b3, y + 3 * yStep + BYTES);
    }

    /// `y += x · panel` for one row.
    private static void one(long x, long panel, long step, long next, int depth, long y) {
        var a = Lanes.load(y);
        var b = Lanes.load(y + BYTES);
        for (int k = 0; k < depth; k++) {
            long row = panel + step * k;
            var v = spread(x + 4L * k);
            a = v.fma(Lanes.load(row), a);
            b = v.fma(Lanes.load(row + next), b);
        }
        Lanes.store(a, y);
        Lanes.store(b, y + BYTES);
    }

    private static FloatVector spread(long address) {
        return FloatVector.broadcast(Lanes.FLOATS, Memory.get(address));
    }
}
