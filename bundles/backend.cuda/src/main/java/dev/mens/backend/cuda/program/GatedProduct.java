package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.gpu.Arguments;
import dev.mens.backend.cuda.gpu.Gpu.Launch;
import dev.mens.backend.cuda.gpu.GpuFacts;
import dev.mens.backend.cuda.gpu.Tiles;
import dev.mens.compute.Network.Activation;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gate and up of many rows, joined as they are made: `product_gated.cu`.
///
/// @param width rows of the weight that a pair of blocks multiplies at a time
/// @param inner columns of the result; the weight has twice as many rows, of `k` columns
public record GatedProduct(int width, int rows, int inner, int k, Launch launch) {
    /// Of which the kernel exists.
    private static final int[] WIDTHS = {256, 224, 192};

    private static final int EIGHT = 8;
    private static final int CLUSTER = 2;
    private static final int BLOCK_ROWS = 128;
    private static final int DEPTH = 64;
    private static final int STAGES = 4;
    private static final int THREADS = 384;

    /// Of the rows that are computed, how many times as many must be wanted, or the library, which
    /// rounds up to fewer, is sooner done.
    private static final double LEAST_WANTED = 8.0 / 9;

    /// Whether the device has these products, and they are worth it.
    public static boolean serves(int rows, int inner, GpuFacts device) {
        return device.hopper()
                && inner % EIGHT == 0
                && rows >= LEAST_WANTED * rowTiles(rows) * CLUSTER * BLOCK_ROWS
                && tiles(WIDTHS[0], rows, inner) >= pairs(device) / 2;
    }

    public static GatedProduct of(int rows, int inner, int k, GpuFacts device) {
        // Pairs of blocks take turns, and of equals the widest reads x the least.
        int width =
                Arrays.stream(WIDTHS)
                        .boxed()
                        .min(
                                Comparator.comparingInt(
                                        each -> each * turns(each, rows, inner, device)))
                        .orElseThrow();
        int blocks = CLUSTER * Math.min(tiles(width, rows, inner), pairs(device));
        int shared = STAGES * (BLOCK_ROWS + width) * DEPTH * Short.BYTES;
        return new GatedProduct(
                width, rows, inner, k, new Launch(blocks, 1, 1, THREADS, shared, true, CLUSTER));
    }

    private static int pairs(GpuFacts device) {
        return device.processors() / CLUSTER;
    }

    private static int rowTiles(int rows) {
        return (rows + CLUSTER * BLOCK_ROWS - 1) / (CLUSTER * BLOCK_ROWS);
    }

    private static int tiles(int width, int rows, int inner) {
        int columns = width / 2;
        return rowTiles(rows) * ((inner + columns - 1) / columns);
    }

    private static int turns(int width, int rows, int inner, GpuFacts device) {
        return (tiles(width, rows, inner) + pairs(device) - 1) / pairs(device);
    }

    public String kernel() {
        return "product_gated_" + width;
    }

    /// Of the weight in bf16, gate before up.
    public Tiles weight(long address) {
        return tiles(address, 2 * inner, width / 2);
    }

    /// Of the input in bf16.
    ///
    /// @param room rows that may be read, at least those of the product
    public Tiles input(long address, int room) {
        return tiles(address, room, BLOCK_ROWS);
    }

    private Tiles tiles(long address, int extent, int tile) {
        long step = (long) Strides.of(k) * Short.BYTES;
        return Tiles.ofMatrix(address, k, extent, step, List.of(DEPTH, tile));
    }

    /// The arguments behind the maps of the weight and the input.
    Arguments finish(Arguments maps, long y, long bias, @Nullable Activation activation) {
        return maps.addresses(y, bias)
                .integers(Strides.of(inner), Operations.code(activation))
                .integers(rows, inner, k);
    }
}
