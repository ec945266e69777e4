package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.memory.Bump;
import dev.mens.backend.cuda.program.DeviceLayer.DeviceAttention;
import dev.mens.backend.cuda.program.DeviceLayer.DeviceExperts;
import dev.mens.backend.cuda.program.DeviceLayer.DeviceFeedForward;
import dev.mens.backend.cuda.program.DeviceLayer.DeviceMixer;
import dev.mens.backend.cuda.program.DeviceLayer.DeviceRope;
import dev.mens.backend.cuda.program.DeviceLayer.Joint;
import dev.mens.backend.cuda.program.DeviceNetwork.DeviceEmbedding;
import dev.mens.backend.cuda.program.DeviceNetwork.DeviceHead;
import dev.mens.compute.DType;
import dev.mens.compute.Network;
import dev.mens.compute.Network.Attention;
import dev.mens.compute.Network.Linear;
import dev.mens.compute.Network.Norm;
import dev.mens.compute.Network.Residual;
import dev.mens.compute.Network.Rope;
import dev.mens.compute.Shape;
import dev.mens.compute.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Decides where the weights of a range of layers lie: matrices that read the same input are
/// stacked, vectors become F32. Nothing is copied here; that is what {@link #uploads} are for.
final class NetworkLayout {
    private final Precision precision;
    private final Bump memory;
    private final List<Upload> uploads = new ArrayList<>();

    /// Tied weights lie on the device once.
    private final IdentityHashMap<Tensor, DeviceMatrix> placed = new IdentityHashMap<>();

    private final Map<List<Float>, Long> frequencies = new HashMap<>();
    private final DeviceNetwork network;

    /// @param from first layer, `to` the one after the last
    /// @param base where the memory begins; 0 to learn how much is needed
    NetworkLayout(Network network, int from, int to, Precision precision, long base) {
        this.precision = precision;
        this.memory = new Bump(base);
        boolean last = to == network.layers().size();
        this.network =
                new DeviceNetwork(
                        from == 0 ? embedding(network) : null,
                        network.layers().subList(from, to).stream().map(this::layer).toList(),
                        last && network.head() != null
                                ? head(network.head(), network.vocabulary())
                                : null);
    }

    DeviceNetwork network() {
        return network;
    }

    List<Upload> uploads() {
        return List.copyOf(uploads);
    }

    /// Of all weights. The memory must be zeroed before they are uploaded.
    long bytes() {
        return memory.bytes();
    }

    private DeviceEmbedding embedding(Network network) {
        var embedding = network.embedding();
        return new DeviceEmbedding(
                matrix(embedding.tokens()),
                embedding.scale(),
                embedding.positions() == null ? 0 : decoded(embedding.positions()).quants(),
                vector(embedding.segment()),
                norm(embedding.norm()));
    }

    /// Rows of the weight beyond the vocabulary are no tokens.
    private DeviceHead head(Network.Head head, int vocabulary) {
        var tokens = matrix(head.weight().weight()).rows(0, vocabulary);
        return new DeviceHead(
                norm(head.norm()),
                new DeviceLinear(List.of(tokens), vector(head.weight().bias())),
                head.scale(),
                head.softCap());
    }

    private DeviceLayer layer(Network.Layer layer) {
        return new DeviceLayer(attention(layer.attention()), mixer(layer.mixer()));
    }

    private DeviceAttention attention(Attention attention) {
        var queryNorm = norm(attention.queryNorm());
        var keyNorm = norm(attention.keyNorm());
        return new DeviceAttention(
                joint(attention.residual()),
                stacked(List.of(attention.query(), attention.key(), attention.value())),
                linear(attention.output()),
                attention.heads(),
                attention.keyHeads(),
                attention.headSize(),
                queryNorm,
                keyNorm,
                isWhole(attention.queryNorm(), attention.headSize())
                        || isWhole(attention.keyNorm(), attention.headSize()),
                rope(attention.rope()),
                attention.scale(),
                attention.softCap(),
                attention.window());
    }

    private static boolean isWhole(@Nullable Norm norm, int headSize) {
        return norm != null && gain(norm).shape().elements() != headSize;
    }

    private DeviceMixer mixer(Network.Mixer mixer) {
        return switch (mixer) {
            case Network.FeedForward feed -> {
                var inputs = Stream.of(feed.gate(), feed.up()).filter(Objects::nonNull).toList();
                yield new DeviceFeedForward(
                        joint(feed.residual()),
                        oneMatrix(inputs),
                        linear(feed.down()),
                        feed.gate() != null,
                        Math.toIntExact(feed.up().weight().rows()),
                        feed.activation());
            }
            case Network.Experts experts -> experts(experts);
        };
    }

    private DeviceExperts experts(Network.Experts experts) {
        var ups = new ArrayList<Linear>();
        var downs = new ArrayList<Linear>();
        for (var expert : experts.experts()) {
            ups.add(expert.gate());
            ups.add(expert.up());
            downs.add(expert.down());
        }
        return new DeviceExperts(
                joint(experts.residual()),
                linear(experts.router()),
                oneMatrix(ups).parts().getFirst(),
                oneMatrix(downs).parts().getFirst(),
                experts.experts().size(),
                experts.chosen(),
                experts.renormalize(),
                Math.toIntExact(ups.getFirst().weight().rows()),
                experts.activation());
    }

    private Joint joint(Residual residual) {
        return new Joint(
                norm(residual.before()),
                norm(residual.after()),
                norm(residual.sum()),
                residual.scale());
    }

    private DeviceNorm norm(@Nullable Norm norm) {
        return switch (norm) {
            case null -> DeviceNorm.NONE;
            case Norm.Rms rms ->
                    new DeviceNorm(
                            DeviceNorm.Kind.RMS,
                            vector(rms.gain()),
                            0,
                            rms.offset(),
                            rms.epsilon());
            case Norm.Layer layer ->
                    new DeviceNorm(
                            DeviceNorm.Kind.LAYER,
                            vector(layer.gain()),
                            vector(layer.bias()),
                            0,
                            layer.epsilon());
        };
    }

    private static Tensor gain(Norm norm) {
        return switch (norm) {
            case Norm.Rms rms -> rms.gain();
            case Norm.Layer layer -> layer.gain();
        };
    }

    private DeviceRope rope(@Nullable Rope rope) {
        if (rope == null) {
            return DeviceRope.NONE;
        }
        var beyond = rope.beyond();
        return new DeviceRope(
                frequencies(rope.inverseFrequencies()),
                beyond == null ? 0 : frequencies(beyond),
                rope.inverseFrequencies().length,
                rope.magnitude(),
                rope.beyondTokens());
    }

    /// Layers mostly share their frequencies.
    private long frequencies(float[] values) {
        var key = new ArrayList<Float>();
        for (float value : values) {
            key.add(value);
        }
        return frequencies.computeIfAbsent(
                key,
                _ ->
                        vector(
                                new Tensor(
                                        "rotary frequencies",
                                        DType.F32,
                                        new Shape(values.length),
                                        MemorySegment.ofArray(values))));
    }

    private DeviceLinear linear(Linear linear) {
        return new DeviceLinear(List.of(matrix(linear.weight())), vector(linear.bias()));
    }

    /// Beside each other in one matrix if they are of one type, otherwise each by itself.
    private DeviceLinear stacked(List<Linear> linears) {
        boolean same =
                linears.stream().map(linear -> type(linear.weight())).distinct().count() == 1;
        return same
                ? oneMatrix(linears)
                : new DeviceLinear(
                        linears.stream().map(linear -> matrix(linear.weight())).toList(),
                        biases(linears));
    }

    /// In one matrix; of the compute type if their types differ.
    private DeviceLinear oneMatrix(List<Linear> linears) {
        var types = linears.stream().map(linear -> type(linear.weight())).distinct().toList();
        var type = types.size() == 1 ? types.getFirst() : WeightType.of(DType.F64, precision);
        int rows = linears.stream().mapToInt(linear -> rows(linear.weight())).sum();
        var all = allocate(type, rows, columns(linears.getFirst().weight()));
        int row = 0;
        for (var linear : linears) {
            int count = rows(linear.weight());
            uploads.add(new Upload(linear.weight(), all.rows(row, count)));
            row += count;
        }
        return new DeviceLinear(List.of(all), biases(linears));
    }

    /// Zeros where one has no bias; 0 if none has.
    private long biases(List<Linear> linears) {
        if (linears.stream().allMatch(linear -> linear.bias() == null)) {
            return 0;
        }
        int outputs = linears.stream().mapToInt(linear -> rows(linear.weight())).sum();
        long address = allocate(WeightType.F32, 1, outputs).quants();
        long at = address;
        for (var linear : linears) {
            int count = rows(linear.weight());
            if (linear.bias() != null) {
                uploads.add(
                        new Upload(
                                linear.bias(), new DeviceMatrix(WeightType.F32, at, 0, 1, count)));
            }
            at += (long) count * Float.BYTES;
        }
        return address;
    }

    private DeviceMatrix matrix(Tensor tensor) {
        return placed.computeIfAbsent(tensor, one -> upload(one, type(one)));
    }

    private DeviceMatrix decoded(Tensor tensor) {
        return upload(tensor, WeightType.F32);
    }

    private DeviceMatrix upload(Tensor tensor, WeightType type) {
        var matrix = allocate(type, rows(tensor), columns(tensor));
        uploads.add(new Upload(tensor, matrix));
        return matrix;
    }

    private long vector(@Nullable Tensor tensor) {
        if (tensor == null) {
            return 0;
        }
        int elements = Math.toIntExact(tensor.shape().elements());
        var matrix = allocate(WeightType.F32, 1, elements);
        uploads.add(new Upload(tensor, matrix));
        return matrix.quants();
    }

    private DeviceMatrix allocate(WeightType type, int rows, int columns) {
        long quants = memory.take(rows * type.rowBytes(columns));
        long scales = type.quantized() ? memory.take(rows * type.scaleBytes(columns)) : 0;
        return new DeviceMatrix(type, quants, scales, rows, columns);
    }

    private WeightType type(Tensor tensor) {
        return WeightType.of(tensor.dtype(), precision);
    }

    private static int rows(Tensor tensor) {
        return Math.toIntExact(tensor.rows());
    }

    private static int columns(Tensor tensor) {
        return Math.toIntExact(tensor.columns());
    }
}
