package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.gpu.Arguments;
import dev.mens.backend.cuda.gpu.Gpu.Launch;
import dev.mens.backend.cuda.gpu.GpuFacts;
import dev.mens.backend.cuda.gpu.Tiles;
import java.util.Arrays;
import java.util.List;

/// A product of 17 to 64 rows whose columns are shared by the blocks of a cluster, so that also
/// weights of few rows are read by all processors: `product_sliced.cu`.
///
/// @param width rows of the weight that a cluster multiplies
/// @param n rows of the weight, `k` columns
public record SlicedProduct(int width, int n, int k, Launch launch) {
    /// Rows of the input that are read, also where fewer are wanted.
    static final int MOST_ROWS = TileProduct.MOST_ROWS;

    /// Of which the kernel exists.
    private static final int[] WIDTHS = {72, 104, 144, 208};

    private static final int EIGHT = 8;
    private static final int CLUSTER = 4;
    private static final int DEPTH = 64;
    private static final int THREADS = 160;
    private static final int MOST_BYTES = 224 << 10;

    /// Processors come in groups that clusters do not cross, of which some are left over: of 132
    /// processors as many as these.
    private static final int LEFT_OVER = 12;

    /// With fewer columns a block has too few for itself.
    private static final int LEAST_COLUMNS = 1024;

    /// Whether the device makes products with such a weight so, all at a time and by most of its
    /// processors.
    public static boolean serves(int n, int k, GpuFacts device) {
        return device.hopper()
                && n % EIGHT == 0
                && k >= LEAST_COLUMNS
                && clusters(WIDTHS[WIDTHS.length - 1], n) <= most(device)
                && 2 * clusters(WIDTHS[0], n) >= most(device);
    }

    public static SlicedProduct of(int n, int k, GpuFacts device) {
        int width =
                Arrays.stream(WIDTHS)
                        .filter(each -> clusters(each, n) <= most(device))
                        .findFirst()
                        .orElseThrow();
        int blocks = CLUSTER * clusters(width, n);
        int sums = MOST_ROWS * width * Float.BYTES;
        int stage = (MOST_ROWS + width) * DEPTH * Short.BYTES;
        int shared = (MOST_BYTES - sums) / stage * stage + sums;
        return new SlicedProduct(
                width, n, k, new Launch(blocks, 1, 1, THREADS, shared, true, CLUSTER));
    }

    private static int most(GpuFacts device) {
        return (device.processors() - LEFT_OVER) / CLUSTER;
    }

    private static int clusters(int width, int n) {
        return (n + width - 1) / width;
    }

    /// Clusters of blocks, each of which has its columns of the result.
    public int clusters() {
        return launch.x() / CLUSTER;
    }

    public String kernel() {
        return "product_sliced_" + width;
    }

    public Tiles weight(long address) {
        return tiles(address, n, width);
    }

    public Tiles input(long address) {
        return tiles(address, MOST_ROWS, MOST_ROWS);
    }

    private Tiles tiles(long address, int extent, int tile) {
        long step = (long) Strides.of(k) * Short.BYTES;
        return Tiles.ofMatrix(address, k, extent, step, List.of(DEPTH, tile));
    }

    /// The arguments behind the maps of the weight and the input.
    Arguments finish(Arguments maps, ProductOutput y, long at, long bias, int rows) {
        return maps.addresses(at, bias)
                .integers(y.stride(), y.mode().code())
                .real(y.scale())
                .integers(rows, n, k);
    }
}
