package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.gpu.Gpu.Launch;
import dev.mens.backend.cuda.gpu.GpuFacts;

/// How a product of few rows is launched: its input is split along the inner dimension so that
/// what one block reads of it fits into shared memory, and there are as many blocks as the device
/// runs at a time.
///
/// @param tile rows that the kernel is made for
/// @param splits of the inner dimension
/// @param units of 8 rows of the weight
/// @param team warps that share 16 rows of the weight, where one row is multiplied as integers
public record LinearPlan(int tile, int splits, int units, int team, Launch launch) {
    /// The most rows that a kernel takes.
    static final int MOST_ROWS = 16;

    /// The most rows that are multiplied as integers, see `quantized.cuh`.
    private static final int INTEGER_ROWS = 4;

    /// What one row has a kernel of its own for, see `onerow.cuh`: whole units, and columns by
    /// eights.
    private static final int ONE_ROW = 1;

    private static final int EIGHT = 8;

    private static final int INTEGER_WARPS = 16;

    /// Weights on their way, of the format that takes the most.
    private static final int RING_BYTES = INTEGER_WARPS * 2 * 4608;

    /// What must be left for the input, or the device multiplies no integers.
    private static final int LEAST_INPUT_BYTES = 64 << 10;

    /// Of the sums of a round's units, for one row.
    private static final int ROUND_BYTES = 8 * INTEGER_WARPS * 16 * Float.BYTES;

    /// 256 columns as bytes twice, their means and their scale.
    private static final int INTEGER_SPAN_BYTES = 512 + 32 + Float.BYTES;

    /// The same and sums of blocks, of one row.
    private static final int ONE_SPAN_BYTES = 512 + 32 + 16;

    private static final int INTEGER_UNIT = 16;
    private static final int TEAMS = 2;

    private static final int MOST_INPUT_BYTES = 140 << 10;

    /// More than what the kernels have in shared memory besides.
    private static final int FIXED_BYTES = 64;

    private static final int SPAN = 256;
    private static final int WARP = 32;
    private static final int UNIT = 8;
    private static final int PARTIAL = 16;
    private static final int SUM_BYTES = 80;
    private static final int[] TILES = {2, 8, MOST_ROWS};

    /// @param rows of the input, at most {@link #MOST_ROWS}
    /// @param groups of experts' rows, 0 without
    /// @param integers whether the weights have a kernel that multiplies integers
    public static LinearPlan of(
            int rows, int n, int k, boolean gated, int groups, boolean integers, GpuFacts device) {
        boolean room = device.sharedBytes() >= RING_BYTES + LEAST_INPUT_BYTES;
        if (!integers || !room || rows > INTEGER_ROWS || groups > 0) {
            return ofHalves(rows, n, k, gated, groups, device);
        }
        int team = team(k);
        boolean one =
                rows == ONE_ROW
                        && n % INTEGER_UNIT == 0
                        && k % EIGHT == 0
                        && oneBytes(k, team) <= device.sharedBytes() - FIXED_BYTES * 2;
        return one ? ofOne(n, k, team, device) : ofIntegers(rows, n, k, device);
    }

    /// As many warps as have columns, of which each takes {@link #SPAN} at a time.
    private static int team(int k) {
        return (k + SPAN - 1) / SPAN < INTEGER_WARPS ? INTEGER_WARPS / TEAMS : INTEGER_WARPS;
    }

    private static LinearPlan ofOne(int n, int k, int team, GpuFacts device) {
        int teams = INTEGER_WARPS / team;
        int blocks = (n / INTEGER_UNIT + teams - 1) / teams;
        return new LinearPlan(
                ONE_ROW,
                1,
                n / UNIT,
                team,
                new Launch(
                        Math.min(blocks, device.processors()),
                        1,
                        1,
                        INTEGER_WARPS * WARP,
                        oneBytes(k, team),
                        true,
                        1));
    }

    private static int oneBytes(int k, int team) {
        int spans = (k + SPAN - 1) / SPAN;
        int squares = (spans + 3) / 4 * 4 * Float.BYTES;
        return RING_BYTES + INTEGER_WARPS / team * spans * ONE_SPAN_BYTES + ROUND_BYTES + squares;
    }

    private static LinearPlan ofIntegers(int rows, int n, int k, GpuFacts device) {
        int spans = (k + SPAN - 1) / SPAN;
        int splits = 1;
        while (integerBytes(rows, spans, splits) > device.sharedBytes() - FIXED_BYTES * 2) {
            splits++;
        }
        int teams = (n + INTEGER_UNIT * TEAMS - 1) / (INTEGER_UNIT * TEAMS);
        return new LinearPlan(
                INTEGER_ROWS,
                splits,
                (n + UNIT - 1) / UNIT,
                0,
                new Launch(
                        Math.min(teams, Math.max(1, device.processors() / splits)),
                        splits,
                        1,
                        INTEGER_WARPS * WARP,
                        integerBytes(rows, spans, splits),
                        true,
                        1));
    }

    private static int integerBytes(int rows, int spans, int splits) {
        int own = (spans + splits - 1) / splits;
        int each = own * INTEGER_SPAN_BYTES + ROUND_BYTES + spans * Float.BYTES;
        return RING_BYTES + rows * each;
    }

    private static LinearPlan ofHalves(
            int rows, int n, int k, boolean gated, int groups, GpuFacts device) {
        int tile = tile(rows);
        int inputRows = groups > 0 ? tile : rows;
        int spans = (k + SPAN - 1) / SPAN;
        // Two small blocks on each processor, or one large.
        boolean small = tile == TILES[0];
        int warps = small ? 8 : 16;
        int splits = 1;
        while (inputRows * pitch(spans, splits) > MOST_INPUT_BYTES
                || sharedBytes(inputRows, tile, spans, splits, warps)
                        > device.sharedBytes() - FIXED_BYTES) {
            splits++;
        }
        int most = (small ? 2 : 1) * device.processors() / splits;
        int units = (n + UNIT - 1) / UNIT;
        int outputs = gated ? (n / 2 + UNIT - 1) / UNIT : units;
        return new LinearPlan(
                tile,
                splits,
                units,
                0,
                new Launch(
                        Math.min(outputs, Math.max(1, most)),
                        splits,
                        Math.max(1, groups),
                        warps * WARP,
                        Math.toIntExact(sharedBytes(inputRows, tile, spans, splits, warps)),
                        true,
                        1));
    }

    /// The input, its sums by blocks of 32 columns, and the warps' sums of outputs and of squares.
    private static long sharedBytes(int rows, int tile, int spans, int splits, int warps) {
        long padded = padded(tile);
        long columns = (spans + splits - 1L) / splits * SPAN;
        return rows * pitch(spans, splits)
                + columns / 32 * padded * Float.BYTES
                + warps * padded * SUM_BYTES
                + padded * Float.BYTES * (warps + PARTIAL);
    }

    /// Tensor cores take eight rows at least.
    private static int padded(int tile) {
        return Math.max(tile, 8);
    }

    /// Bytes between rows of the input in shared memory.
    private static long pitch(int spans, int splits) {
        return (spans + splits - 1L) / splits * SPAN * 2 + 64;
    }

    /// Whether it multiplies as `quantized.cuh` does.
    public boolean integers() {
        return tile == INTEGER_ROWS || one();
    }

    /// Whether it multiplies as `onerow.cuh` does.
    public boolean one() {
        return tile == ONE_ROW;
    }

    static int tile(int rows) {
        for (int tile : TILES) {
            if (rows <= tile) {
                return tile;
            }
        }
        throw new IllegalArgumentException(rows + " rows");
    }

    /// Bytes of f32 scratch for the splits' sums.
    public long partialBytes() {
        return splits == 1
                ? 0
                : (long) splits * launch.z() * units * PARTIAL * padded(tile) * Float.BYTES;
    }

    /// Bytes of counters, zero before the first launch.
    public long arrivedBytes() {
        return splits == 1 ? 0 : (long) launch.z() * launch.x() * Integer.BYTES;
    }
}
