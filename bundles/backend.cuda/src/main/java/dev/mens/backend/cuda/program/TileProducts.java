package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.gpu.Arguments;
import dev.mens.backend.cuda.gpu.Gpu;
import dev.mens.backend.cuda.gpu.Tiles;
import dev.mens.backend.cuda.program.ProductOutput.Mode;
import dev.mens.compute.Network.Activation;
import java.util.HashMap;
import java.util.Map;

/// Products by kernels of our own whose tiles the copy engine brings: those of 17 to 64 rows, and
/// gate and up of long prompts.
final class TileProducts {
    private final Gpu gpu;
    private final Operations operations;
    private final Precision precision;

    /// One for each matrix and each place of inputs.
    private final Map<Tiles, Long> maps = new HashMap<>();

    TileProducts(Gpu gpu, Operations operations, Precision precision) {
        this.gpu = gpu;
        this.operations = operations;
        this.precision = precision;
    }

    /// Whether they make products of so many rows, without caps.
    boolean serve(DeviceLinear linear, Mode mode, int rows) {
        return precision == Precision.FAST
                && rows > LinearPlan.MOST_ROWS
                && rows <= TileProduct.MOST_ROWS
                && linear.parts().stream().allMatch(part -> serve(part, mode));
    }

    private boolean serve(DeviceMatrix part, Mode mode) {
        return part.type() == WeightType.BF16
                && switch (mode) {
                    case GATED, COMPUTE, LOGITS -> TileProduct.serves(part.rows(), gpu.facts());
                    case SINGLE, ADD ->
                            SlicedProduct.serves(part.rows(), part.columns(), gpu.facts());
                };
    }

    /// `y = epilogue(weight · x + bias)`.
    ///
    /// @param part of what they {@link #serve}
    /// @param at where its columns of `y` begin
    void multiply(
            DeviceMatrix part, long bias, ProductInput x, ProductOutput y, long at, int rows) {
        switch (y.mode()) {
            case SINGLE, ADD -> {
                var product = SlicedProduct.of(part.rows(), part.columns(), gpu.facts());
                var maps = maps(product.weight(part.quants()), product.input(x.address()));
                var taken = x.from().appendTaken(product.finish(maps, y, at, bias, rows));
                operations.launch(product.kernel(), product.launch(), y.next().appendGiven(taken));
            }
            case GATED, COMPUTE, LOGITS -> {
                boolean gated = y.mode() == Mode.GATED;
                var product = TileProduct.of(part.rows(), part.columns(), gated, gpu.facts());
                var maps = maps(product.weight(part.quants()), product.input(x.address()));
                var arguments = product.finish(maps, y, at, bias, rows);
                operations.launch("product", product.launch(), x.from().appendTaken(arguments));
            }
        }
    }

    /// Whether {@link #gate} makes `inner` columns of so many rows sooner than the library and
    /// another kernel do.
    boolean gates(int inner, int rows) {
        return precision == Precision.FAST && GatedProduct.serves(rows, inner, gpu.facts());
    }

    /// `y = act(gate · x) · (up · x)` of many rows.
    ///
    /// @param both one matrix, gate before up
    /// @param library that widens it
    /// @param x of the compute type, as is `y`
    void gate(
            DeviceLinear both,
            LibraryProducts library,
            long x,
            long y,
            Activation activation,
            int rows) {
        var weight = both.parts().getFirst();
        var product = GatedProduct.of(rows, weight.rows() / 2, weight.columns(), gpu.facts());
        int room = LibraryProducts.rounded(rows);
        long halves = library.halves(weight);
        var maps = maps(product.weight(halves), product.input(x, room));
        // Weights are read early, so not where the kernel before widens them.
        boolean settled = halves == weight.quants();
        operations.launch(
                product.kernel(),
                settled ? product.launch() : product.launch().late(),
                product.finish(maps, y, both.bias(), activation));
    }

    /// Arguments that begin with maps of a weight and an input.
    private Arguments maps(Tiles weight, Tiles input) {
        long first = map(weight);
        long second = map(input);
        return operations.arguments().addresses(first, second);
    }

    private long map(Tiles tiles) {
        return maps.computeIfAbsent(tiles, gpu::map);
    }
}
