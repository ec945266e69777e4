package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.gpu.Arguments;
import dev.mens.backend.cuda.gpu.Gpu.Launch;
import dev.mens.backend.cuda.gpu.GpuFacts;
import dev.mens.backend.cuda.gpu.Tiles;
import java.util.List;

/// A product of 17 to 64 rows as `product.cu` makes it, from tiles that the copy engine brings.
///
/// @param n rows of the weight, `k` its columns
public record TileProduct(int n, int k, boolean gated, Launch launch) {
    /// Rows of the input that are read, also where fewer are wanted.
    public static final int MOST_ROWS = 64;

    private static final int EIGHT = 8;
    private static final int SIXTEEN = 16;
    private static final int COLUMNS = 128;
    private static final int DEPTH = 64;
    private static final int STAGES = 4;
    private static final int SHARED_BYTES = STAGES * (MOST_ROWS + COLUMNS) * DEPTH * Short.BYTES;
    private static final int THREADS = 160;
    private static final int BLOCKS_OF_PROCESSOR = 2;

    /// Whether the device makes products with a weight of so many rows so: only if most of its
    /// processors have tiles.
    public static boolean serves(int n, GpuFacts device) {
        return device.hopper() && n % SIXTEEN == 0 && 4 * tiles(n) >= 3 * device.processors();
    }

    private static int tiles(int n) {
        return (n + COLUMNS - 1) / COLUMNS;
    }

    public static TileProduct of(int n, int k, boolean gated, GpuFacts device) {
        int blocks = Math.min(tiles(n), BLOCKS_OF_PROCESSOR * device.processors());
        return new TileProduct(
                n, k, gated, new Launch(blocks, 1, 1, THREADS, SHARED_BYTES, true, 1));
    }

    /// Of the weight: eight rows and eight more, of the second half if those are gated by these.
    public Tiles weight(long address) {
        long row = (long) Strides.of(k) * Short.BYTES;
        var steps =
                gated
                        ? List.of(row, n / 2 * row, EIGHT * row)
                        : List.of(row, EIGHT * row, SIXTEEN * row);
        return new Tiles(
                address,
                List.of(k, EIGHT, 2, n / SIXTEEN),
                steps,
                List.of(DEPTH, EIGHT, 2, COLUMNS / SIXTEEN));
    }

    /// Of the input.
    public Tiles input(long address) {
        long step = (long) Strides.of(k) * Short.BYTES;
        return Tiles.ofMatrix(address, k, MOST_ROWS, step, List.of(DEPTH, MOST_ROWS));
    }

    /// The arguments behind the maps of the weight and the input.
    Arguments finish(Arguments maps, ProductOutput y, long at, long bias, int rows) {
        return maps.addresses(at, bias)
                .integers(y.stride(), y.mode().code(), Operations.code(y.activation()))
                .real(y.scale())
                .integers(rows, n, k);
    }
}
