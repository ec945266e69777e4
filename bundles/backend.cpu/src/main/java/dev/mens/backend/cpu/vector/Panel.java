package dev.mens.backend.cpu.vector;

import static dev.mens.backend.cpu.vector.Lanes.BYTES;
import static dev.mens.backend.cpu.vector.Memory.ALL;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import jdk.incubator.vector.FloatVector;

/// The heart of every product of matrices: rows of `x` times a panel of `depth` rows and two
/// vectors of columns. Six rows of `x` fill twelve registers with sums. Rows of the panel are
/// `step` bytes apart, its second vectors `next` bytes behind the first.
///
/// The kernels neither read nor add to `y`: with more loads and stores in one method the JIT stops
/// inlining before its end, and then every sum lives in an object (forty times slower). Eight rows
/// are too many already.
final class Panel {
    /// Rows at once: as many as the registers hold.
    static final int ROWS = Lanes.COUNT >= 16 ? 6 : 4;

    /// Floats of the largest tile of sums.
    static final int TILE_FLOATS = ROWS * 2 * Lanes.COUNT;

    private Panel() {}

    /// `y[r] += x[r] · panel` for any number of rows.
    ///
    /// @param tile {@link #TILE_FLOATS} floats of the calling worker's own
    static void rows(
            int rows,
            long x,
            long xStep,
            long panel,
            long step,
            long next,
            int depth,
            long y,
            long yStep,
            long tile) {
        int r = 0;
        while (r < rows) {
            int left = rows - r;
            long in = x + r * xStep;
            int done;
            if (ROWS == 6 && left >= 6 && left != 8) {
                six(in, xStep, panel, step, next, depth, tile);
                done = 6;
            } else if (left >= 4) {
                four(in, xStep, panel, step, next, depth, tile);
                done = 4;
            } else {
                one(in, panel, step, next, depth, tile);
                done = 1;
            }
            add(done, tile, y + r * yStep, yStep);
            r += done;
        }
    }

    private static void add(int rows, long tile, long y, long yStep) {
        for (int r = 0; r < rows; r++) {
            long from = tile + 2L * BYTES * r;
            long to = y + r * yStep;
            sum(to, from);
            sum(to + BYTES, from + BYTES);
        }
    }

    /// Calls the Vector API itself, which the JIT inlines wherever it does no more of ours: within
    /// attention, a helper's vector would be an object.
    private static void sum(long to, long from) {
        FloatVector.fromMemorySegment(Lanes.FLOATS, ALL, to, LITTLE_ENDIAN)
                .add(FloatVector.fromMemorySegment(Lanes.FLOATS, ALL, from, LITTLE_ENDIAN))
                .intoMemorySegment(ALL, to, LITTLE_ENDIAN);
    }

    private static void six(
            long x, long xStep, long panel, long step, long next, int depth, long tile) {
        var a0 = FloatVector.zero(Lanes.FLOATS);
        var b0 = a0;
        var a1 = a0;
        var b1 = a0;
        var a2 = a0;
        var b2 = a0;
        var a3 = a0;
        var b3 = a0;
        var a4 = a0;
        var b4 = a0;
        var a5 = a0;
        var b5 = a0;
        for (int k = 0; k < depth; k++) {
            var left = Lanes.load(panel + step * k);
            var right = Lanes.load(panel + step * k + next);
            var v = spread(x + 4L * k);
            a0 = v.fma(left, a0);
            b0 = v.fma(right, b0);
            v = spread(x + xStep + 4L * k);
            a1 = v.fma(left, a1);
            b1 = v.fma(right, b1);
            v = spread(x + 2 * xStep + 4L * k);
            a2 = v.fma(left, a2);
            b2 = v.fma(right, b2);
            v = spread(x + 3 * xStep + 4L * k);
            a3 = v.fma(left, a3);
            b3 = v.fma(right, b3);
            v = spread(x + 4 * xStep + 4L * k);
            a4 = v.fma(left, a4);
            b4 = v.fma(right, b4);
            v = spread(x + 5 * xStep + 4L * k);
            a5 = v.fma(left, a5);
            b5 = v.fma(right, b5);
        }
        Lanes.store(a0, tile + 0L * BYTES);
        Lanes.store(b0, tile + 1L * BYTES);
        Lanes.store(a1, tile + 2L * BYTES);
        Lanes.store(b1, tile + 3L * BYTES);
        Lanes.store(a2, tile + 4L * BYTES);
        Lanes.store(b2, tile + 5L * BYTES);
        Lanes.store(a3, tile + 6L * BYTES);
        Lanes.store(b3, tile + 7L * BYTES);
        Lanes.store(a4, tile + 8L * BYTES);
        Lanes.store(b4, tile + 9L * BYTES);
        Lanes.store(a5, tile + 10L * BYTES);
        Lanes.store(b5, tile + 11L * BYTES);
    }

    private static void four(
            long x, long xStep, long panel, long step, long next, int depth, long tile) {
        var a0 = FloatVector.zero(Lanes.FLOATS);
        var b0 = a0;
        var a1 = a0;
        var b1 = a0;
        var a2 = a0;
        var b2 = a0;
        var a3 = a0;
        var b3 = a0;
        for (int k = 0; k < depth; k++) {
            var left = Lanes.load(panel + step * k);
            var right = Lanes.load(panel + step * k + next);
            var v = spread(x + 4L * k);
            a0 = v.fma(left, a0);
            b0 = v.fma(right, b0);
            v = spread(x + xStep + 4L * k);
            a1 = v.fma(left, a1);
            b1 = v.fma(right, b1);
            v = spread(x + 2 * xStep + 4L * k);
            a2 = v.fma(left, a2);
            b2 = v.fma(right, b2);
            v = spread(x + 3 * xStep + 4L * k);
            a3 = v.fma(left, a3);
            b3 = v.fma(right, b3);
        }
        Lanes.store(a0, tile + 0L * BYTES);
        Lanes.store(b0, tile + 1L * BYTES);
        Lanes.store(a1, tile + 2L * BYTES);
        Lanes.store(b1, tile + 3L * BYTES);
        Lanes.store(a2, tile + 4L * BYTES);
        Lanes.store(b2, tile + 5L * BYTES);
        Lanes.store(a3, tile + 6L * BYTES);
        Lanes.store(b3, tile + 7L * BYTES);
    }

    private static void one(long x, long panel, long step, long next, int depth, long tile) {
        var a0 = FloatVector.zero(Lanes.FLOATS);
        var b0 = FloatVector.zero(Lanes.FLOATS);
        for (int k = 0; k < depth; k++) {
            var left = Lanes.load(panel + step * k);
            var right = Lanes.load(panel + step * k + next);
            var v = spread(x + 4L * k);
            a0 = v.fma(left, a0);
            b0 = v.fma(right, b0);
        }
        a0.intoMemorySegment(ALL, tile, LITTLE_ENDIAN);
        b0.intoMemorySegment(ALL, tile + BYTES, LITTLE_ENDIAN);
    }

    private static FloatVector spread(long address) {
        return FloatVector.broadcast(Lanes.FLOATS, Memory.get(address));
    }
}
