package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.gpu.Arguments;
import dev.mens.backend.cuda.gpu.Gpu;
import dev.mens.backend.cuda.gpu.Gpu.Kernel;
import dev.mens.backend.cuda.gpu.Gpu.Launch;
import dev.mens.compute.Network.Activation;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The kernels that work on rows, one method each, in the order of the sources in `gpu-natives`,
/// which say what they compute. Everything is queued.
final class Operations {
    private static final int ROW_THREADS = 256;
    private static final int GATED_BY_THREAD = 8;

    /// Columns that four threads widen.
    private static final int WIDENED_PIECE = 128;

    /// Logits that a block looks through for the likeliest.
    private static final int LOOKED_THROUGH = 8192;

    private final Gpu gpu;
    private final KernelImages images;
    private final String type;
    private final Arguments arguments = new Arguments();
    private final Map<String, Kernel> kernels = new HashMap<>();

    Operations(Gpu gpu, Precision precision) {
        this.gpu = gpu;
        this.images = new KernelImages(gpu);
        this.type = precision.suffix();
    }

    /// No arguments yet.
    Arguments arguments() {
        return arguments.clear();
    }

    void launch(String kernel, Launch launch, Arguments with) {
        gpu.launch(kernels.computeIfAbsent(kernel, images::kernel), launch, with);
    }

    /// A block for each row, which may start before the kernel before has ended.
    static Launch eachRow(int rows) {
        return new Launch(rows, 1, 1, ROW_THREADS, 0, true, 1);
    }

    /// As `Activation` in the kernels; absent is the identity.
    static int code(@Nullable Activation activation) {
        return switch (activation) {
            case null -> -1;
            case SILU -> 0;
            case GELU -> 1;
            case GELU_TANH -> 2;
            case RELU -> 3;
        };
    }

    void repack(DeviceMatrix to, long blocks) {
        int threads = 128;
        long spans = (long) to.rows() * WeightType.spans(to.columns());
        launch(
                "repack_" + to.type().suffix(),
                Launch.of(Math.toIntExact((spans + threads - 1) / threads), threads),
                arguments()
                        .addresses(blocks, to.quants(), to.scales())
                        .integers(to.rows(), to.columns()));
    }

    /// @param x f32 `[count, hidden]`
    void embed(DeviceNetwork.DeviceEmbedding embedding, long rows, long x, int count, int hidden) {
        var tokens = embedding.tokens();
        launch(
                "embed_" + tokens.type().suffix(),
                eachRow(count),
                arguments()
                        .addresses(rows, tokens.quants(), tokens.scales())
                        .real(embedding.scale())
                        .addresses(embedding.positions(), embedding.segment(), x)
                        .integers(count, hidden));
    }

    /// @param gather rows of `x`, 0 for all in order
    /// @param y of the compute type, or f32 if `single`
    void norm(DeviceNorm norm, long x, long gather, long y, boolean single, int rows, int width) {
        launch(
                "norm_" + (single ? Precision.EXACT.suffix() : type),
                eachRow(rows),
                arguments()
                        .addresses(x, gather, y, norm.gain(), norm.bias())
                        .real(norm.offset())
                        .real(norm.epsilon())
                        .integers(norm.kind().code(), rows, width));
    }

    /// @param y f32, the branch
    void join(DeviceLayer.Joint joint, long x, long y, int rows, int width) {
        var with = arguments().addresses(x, y).real(joint.scale());
        for (var norm : new DeviceNorm[] {joint.after(), joint.sum()}) {
            with.addresses(norm.gain(), norm.bias())
                    .real(norm.offset())
                    .real(norm.epsilon())
                    .integer(norm.kind().code());
        }
        launch("join", eachRow(rows), with.integers(rows, width));
    }

    /// Weights as bf16 rows.
    void widen(DeviceMatrix matrix, long y) {
        int pieces = (Strides.of(matrix.columns()) + WIDENED_PIECE - 1) / WIDENED_PIECE;
        long threads = 4L * matrix.rows() * pieces;
        launch(
                "widen_" + matrix.type().suffix(),
                eachRow(Math.toIntExact((threads + ROW_THREADS - 1) / ROW_THREADS)),
                arguments()
                        .addresses(matrix.quants(), matrix.scales(), y)
                        .integers(matrix.rows(), matrix.columns()));
    }

    /// @param single whether `both` is f32 where the compute type is not
    void gate(
            long both,
            boolean single,
            long y,
            Activation activation,
            boolean gated,
            int rows,
            int inner) {
        launch(
                "gate_" + type + (single ? "_single" : ""),
                wide(rows, inner, GATED_BY_THREAD),
                arguments()
                        .addresses(both, y)
                        .integers(code(activation), gated ? 1 : 0, rows, inner));
    }

    /// @param single whether `y` is f32
    void bias(long y, boolean single, long bias, int rows, int columns) {
        launch(
                "bias_" + (single ? Precision.EXACT.suffix() : type),
                wide(rows, columns, 1),
                arguments().addresses(y, bias).integers(rows, columns));
    }

    /// @param each columns of one thread
    private static Launch wide(int rows, int columns, int each) {
        int block = ROW_THREADS * each;
        return new Launch((columns + block - 1) / block, rows, 1, ROW_THREADS, 0, true, 1);
    }

    void route(long scores, long expert, long weight, DeviceLayer.DeviceExperts experts, int rows) {
        launch(
                "route",
                new Launch(rows, 1, 1, 32, 0, true, 1),
                arguments()
                        .addresses(scores, expert, weight)
                        .integers(
                                rows,
                                experts.experts(),
                                experts.chosen(),
                                experts.renormalize() ? 1 : 0));
    }

    void group(
            long expert,
            long slotRow,
            long slotOf,
            long groups,
            DeviceLayer.DeviceExperts experts,
            int pairs,
            int tile,
            int mostGroups) {
        launch(
                "group",
                new Launch(1, 1, 1, 1024, (experts.experts() + 1) * 8, true, 1),
                arguments()
                        .addresses(expert, slotRow, slotOf, groups)
                        .integers(pairs, experts.chosen(), experts.experts(), tile, mostGroups));
    }

    /// @param add to `x` instead of replacing it
    void combine(
            long x,
            long y,
            long slotOf,
            long weight,
            float scale,
            boolean add,
            int rows,
            int chosen,
            int width) {
        launch(
                "combine",
                eachRow(rows),
                arguments()
                        .addresses(x, y, slotOf, weight)
                        .real(scale)
                        .integers(add ? 1 : 0, rows, chosen, width));
    }

    /// Finds the largest logit of each row.
    void likeliest(long logits, long best, int count, int vocabulary) {
        int slices = (vocabulary + LOOKED_THROUGH - 1) / LOOKED_THROUGH;
        launch(
                "likeliest",
                new Launch(slices, count, 1, ROW_THREADS, 0, true, 1),
                arguments().addresses(logits, best).integer(vocabulary));
    }

    /// @param rules one for each row
    /// @param chosen receives a token for each row, or one at each parity of a row's position
    /// @param advance whether the records become those of the tokens chosen
    void sample(
            long logits,
            long rows,
            long best,
            long rules,
            long chosen,
            int count,
            int vocabulary,
            boolean advance) {
        launch(
                "sample",
                new Launch(count, 1, 1, 1024, 0, true, 1),
                arguments()
                        .addresses(logits, rows, best, rules, 0, chosen)
                        .integers(count, vocabulary, advance ? 1 : 0));
    }
}
