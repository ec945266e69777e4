package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.gpu.Arguments;
import dev.mens.backend.cuda.gpu.Gpu;
import dev.mens.backend.cuda.gpu.Gpu.Launch;
import dev.mens.backend.cuda.program.ProductOutput.Mode;

/// Products with weights. Few rows go to kernels of our own, which read the weights once at the
/// speed of memory and do what surrounds them on the way; many rows go to the vendor's library, or
/// to {@link TileProducts} where those serve.
final class Products {
    /// Up to here our kernels read weights once; beyond, the library is faster.
    private static final int MOST_OWN_ROWS = LinearPlan.MOST_ROWS;

    /// Quantized weights must be widened for the library; reading them a few times costs less up
    /// to here.
    private static final int MOST_QUANTIZED_ROWS = 4 * MOST_OWN_ROWS;

    /// Norming again in every block of a product costs less than a kernel for it up to here.
    private static final int FUSED_ROWS = 8;

    private static final int ALL_PERCENT = 100;

    private final Gpu gpu;
    private final Operations operations;
    private final Precision precision;
    private final Scratch scratch;
    private final LibraryProducts library;
    private final TileProducts tiles;

    Products(Gpu gpu, Operations operations, Precision precision, Scratch scratch) {
        this.gpu = gpu;
        this.operations = operations;
        this.precision = precision;
        this.scratch = scratch;
        library = new LibraryProducts(gpu, operations, precision, scratch.widened());
        tiles = new TileProducts(gpu, operations, precision);
    }

    /// For what {@link #fuses} denies.
    LibraryProducts library() {
        return library;
    }

    /// For gate and up of long prompts, which {@link #fuses} denies.
    TileProducts tiles() {
        return tiles;
    }

    /// Whether what surrounds the product can be done by its kernel, but for norms and caps.
    ///
    /// @param mode what becomes of it
    boolean fuses(DeviceLinear linear, Mode mode, int rows) {
        return own(linear, rows) || tiles.serve(linear, mode, rows);
    }

    /// Has the kernels around a product share memory as it does: a processor drains before it
    /// changes what is shared, and the products of many rows want it all.
    void share(DeviceLinear linear, int rows) {
        gpu.share(own(linear, rows) ? 0 : ALL_PERCENT);
    }

    /// Whether our own kernels compute it, which can gate, activate and cap.
    boolean own(DeviceLinear linear, int rows) {
        boolean quantized = linear.parts().stream().anyMatch(part -> part.type().quantized());
        return precision == Precision.EXACT
                || !gpu.multiplies()
                || rows <= (quantized ? MOST_QUANTIZED_ROWS : MOST_OWN_ROWS);
    }

    /// Whether it takes the residual stream and norms it on the way in.
    boolean norms(DeviceNorm norm, int rows) {
        return precision == Precision.FAST && norm.fusable() && rows <= FUSED_ROWS;
    }

    /// What `from`, which adds to the residual stream, can do of a norm for the product `to` behind
    /// it.
    ///
    /// @param mode what becomes of `to`
    /// @param x room for rows of the compute type
    Handover handover(
            DeviceLinear from, DeviceNorm norm, DeviceLinear to, Mode mode, int rows, long x) {
        if (norm.kind() != DeviceNorm.Kind.RMS || from.parts().size() > 1) {
            return Handover.NONE;
        }
        var part = from.parts().getFirst();
        int parts;
        int most;
        if (tiles.serve(from, Mode.ADD, rows) && tiles.serve(to, mode, rows)) {
            parts = SlicedProduct.of(part.rows(), part.columns(), gpu.facts()).clusters();
            most = Handover.MOST_TILE_PARTS;
        } else if (hands(from, rows) && hands(to, rows)) {
            parts = plan(part, Mode.ADD, rows, 0).launch().x();
            most = Handover.MOST_PARTS;
        } else {
            return Handover.NONE;
        }
        return parts > most ? Handover.NONE : new Handover(norm, x, scratch.squares(), parts);
    }

    private boolean hands(DeviceLinear linear, int rows) {
        return precision == Precision.FAST
                && rows <= MOST_OWN_ROWS
                && linear.parts().stream()
                        .noneMatch(part -> plan(part, Mode.ADD, rows, 0).integers());
    }

    /// Whether a product of one row with `norm` on its way in can hand its row on word by word.
    boolean relays(DeviceLinear linear, DeviceNorm norm) {
        return norms(norm, 1)
                && linear.parts().size() == 1
                && plan(linear.parts().getFirst(), Mode.ADD, 1, 0).one();
    }

    /// The same as {@link #multiply} of one row, for which {@link #relays} holds.
    void relay(DeviceLinear linear, ProductInput x, ProductOutput y, Relay relay) {
        var part = linear.parts().getFirst();
        var plan = plan(part, y.mode(), 1, 0);
        linear(part, linear.bias(), x, y, y.address(), y.best(), 1, 0, plan, relay);
    }

    /// `y = epilogue(weight · x + bias)`, by our own kernels.
    ///
    /// @param x not normed on the way, unless {@link #norms} says so
    void multiply(DeviceLinear linear, ProductInput x, ProductOutput y, int rows) {
        int column = 0;
        for (var part : linear.parts()) {
            long at = y.address() + (long) column * elementBytes(y.mode());
            long bias = linear.bias() == 0 ? 0 : linear.bias() + (long) column * Float.BYTES;
            if (precision == Precision.EXACT) {
                plain(part, bias, x, y, at, rows, 0, 1);
            } else if (y.softCap() == 0 && tiles.serve(linear, y.mode(), rows)) {
                tiles.multiply(part, bias, x, y, at, rows);
            } else {
                tiled(part, bias, x, y, at, rows);
            }
            column += part.rows();
        }
    }

    private void tiled(
            DeviceMatrix part, long bias, ProductInput x, ProductOutput y, long at, int rows) {
        int inBytes = x.single() ? Float.BYTES : precision.bytes();
        long inStep = (long) Strides.of(part.columns()) * inBytes;
        for (int from = 0; from < rows; from += MOST_OWN_ROWS) {
            int count = Math.min(MOST_OWN_ROWS, rows - from);
            var in =
                    x.gather() == 0
                            ? new ProductInput(
                                    x.address() + from * inStep, x.single(), x.norm(), 0, x.from())
                            : new ProductInput(
                                    x.address(),
                                    x.single(),
                                    x.norm(),
                                    x.gather() + (long) from * Integer.BYTES);
            long out = at + (long) from * y.stride() * elementBytes(y.mode());
            long best = y.best() == 0 ? 0 : y.best() + (long) from * Long.BYTES;
            var plan = plan(part, y.mode(), count, 0);
            linear(part, bias, in, y, out, best, count, 0, plan, Relay.NONE);
        }
    }

    private LinearPlan plan(DeviceMatrix part, Mode mode, int rows, int groups) {
        return LinearPlan.of(
                rows,
                part.rows(),
                part.columns(),
                mode == Mode.GATED,
                groups,
                part.type().integers(),
                gpu.facts());
    }

    /// The same for tiles of experts' rows.
    ///
    /// @param one rows and columns of one expert, where the first begins
    void multiplyGroups(
            DeviceMatrix one,
            ProductInput x,
            ProductOutput y,
            long groups,
            int mostGroups,
            int tile) {
        if (precision == Precision.EXACT) {
            plain(one, 0, x, y, y.address(), tile, groups, mostGroups);
        } else {
            linear(
                    one,
                    0,
                    x,
                    y,
                    y.address(),
                    0,
                    tile,
                    groups,
                    plan(one, y.mode(), tile, mostGroups),
                    Relay.NONE);
        }
    }

    /// Rows of one expert that are multiplied together: what one pass over its weights serves.
    int groupTile(int pairs, int experts) {
        return precision == Precision.EXACT
                ? 8
                : LinearPlan.tile(Math.clamp(pairs / experts, 1, MOST_OWN_ROWS));
    }

    /// Whether products with {@link Mode#LOGITS} keep the largest.
    boolean knowsBest() {
        return precision == Precision.FAST;
    }

    /// `y = weight · x + bias` with f32 operands, whatever the compute type.
    ///
    /// @param x f32
    /// @param columns of `y`, f32
    void exact(DeviceLinear linear, long x, long y, int columns, int rows) {
        var part = linear.parts().getFirst();
        operations.launch(
                "plain_" + part.type().suffix(),
                plainLaunch(part.rows(), rows, 1),
                operations
                        .arguments()
                        .addresses(part.quants(), part.scales(), linear.bias(), x)
                        .integer(0)
                        .address(0)
                        .real(0)
                        .real(0)
                        .addresses(0, 0, y)
                        .integers(Strides.of(columns), Mode.SINGLE.code(), -1)
                        .real(1)
                        .real(0)
                        .integers(rows, part.rows(), part.columns())
                        .addresses(0, 0, 0)
                        .integer(1));
    }

    private static Launch plainLaunch(int outputs, int rows, int groups) {
        return new Launch((outputs + 7) / 8, (rows + 7) / 8, groups, 256, 0, true, 1);
    }

    private void linear(
            DeviceMatrix part,
            long bias,
            ProductInput x,
            ProductOutput y,
            long at,
            long best,
            int rows,
            long groups,
            LinearPlan plan,
            Relay relay) {
        var arguments =
                arguments(part, bias, x, y, at, rows, groups)
                        .addresses(best, scratch.partial(), scratch.arrived())
                        .integer(plan.splits());
        operations.launch(
                "linear_" + part.type().suffix() + "_" + plan.tile(),
                plan.launch(),
                plan.one()
                        ? relay.append(arguments.integer(plan.team()))
                        : plan.integers()
                                ? arguments
                                : y.next().appendGiven(x.from().appendTaken(arguments)));
    }

    private void plain(
            DeviceMatrix part,
            long bias,
            ProductInput x,
            ProductOutput y,
            long at,
            int rows,
            long groups,
            int mostGroups) {
        int outputs = y.mode() == Mode.GATED ? part.rows() / 2 : part.rows();
        operations.launch(
                "plain_" + part.type().suffix(),
                plainLaunch(outputs, rows, mostGroups),
                arguments(part, bias, x, y, at, rows, groups).addresses(y.best(), 0, 0).integer(1));
    }

    private Arguments arguments(
            DeviceMatrix part,
            long bias,
            ProductInput x,
            ProductOutput y,
            long at,
            int rows,
            long groups) {
        boolean exact = precision == Precision.EXACT;
        var mode = exact && y.mode() == Mode.COMPUTE ? Mode.SINGLE : y.mode();
        return operations
                .arguments()
                .addresses(part.quants(), part.scales(), bias, x.address())
                .integer(exact || x.single() ? 0 : 1)
                .address(x.norm().gain())
                .real(x.norm().offset())
                .real(x.norm().epsilon())
                .addresses(x.gather(), groups, at)
                .integers(y.stride(), mode.code(), Operations.code(y.activation()))
                .real(y.scale())
                .real(y.softCap())
                .integers(rows, part.rows(), part.columns());
    }

    private int elementBytes(Mode mode) {
        return switch (mode) {
            case SINGLE, ADD, LOGITS -> Float.BYTES;
            case COMPUTE, GATED -> precision.bytes();
        };
    }

    /// Tiles of experts' rows that there may be.
    static int groups(int pairs, int experts, int tile) {
        return Math.min(pairs, experts + pairs / tile);
    }
}
