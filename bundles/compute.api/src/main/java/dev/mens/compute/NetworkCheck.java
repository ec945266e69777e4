package dev.mens.compute;

import static dev.mens.compute.ComputeProblem.SHAPE_MISMATCH;
import static dev.mens.compute.ComputeProblem.UNSUPPORTED_DTYPE;

import dev.mens.compute.Network.Attention;
import dev.mens.compute.Network.Linear;
import dev.mens.compute.Network.Norm;
import dev.mens.compute.Network.Residual;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Refuses networks whose tensors do not fit together, so that kernels need not look again
/// and native ones cannot read out of bounds.
public final class NetworkCheck {
    private final String kernels;
    private final Set<DType> supported;
    private final Set<MemorySegment> seen = new HashSet<>();

    private NetworkCheck(String kernels, Set<DType> supported) {
        this.kernels = kernels;
        this.supported = supported;
    }

    /// @param kernels who asks, for messages
    /// @param supported types that it computes with
    /// @throws dev.mens.diagnostics.ProblemException vox/compute/shape-mismatch,
    ///     vox/compute/unsupported-dtype
    /// @return bytes of all its tensors, those used twice counted once
    public static long check(Network network, String kernels, Set<DType> supported) {
        var check = new NetworkCheck(kernels, supported);
        check.network(network);
        return check.seen.stream().mapToLong(MemorySegment::byteSize).sum();
    }

    private void network(Network network) {
        int hidden = network.hidden();
        var embedding = network.embedding();
        rows(embedding.tokens(), network.vocabulary(), hidden);
        if (embedding.positions() != null) {
            rows(embedding.positions(), network.contextTokens(), hidden);
        }
        vector(embedding.segment(), hidden);
        norm(embedding.norm(), hidden);
        for (var layer : network.layers()) {
            attention(layer.attention(), hidden);
            residual(layer.mixer().residual(), hidden);
            switch (layer.mixer()) {
                case Network.FeedForward feed ->
                        feedForward(feed.gate(), feed.up(), feed.down(), hidden);
                case Network.Experts experts -> experts(experts, hidden);
            }
        }
        if (network.head() != null) {
            norm(network.head().norm(), hidden);
            rows(network.head().weight().weight(), network.vocabulary(), hidden);
            vector(network.head().weight().bias(), network.head().weight().weight().rows());
        }
    }

    private void attention(Attention attention, int hidden) {
        residual(attention.residual(), hidden);
        int heads = attention.heads();
        int keyHeads = attention.keyHeads();
        int size = attention.headSize();
        if (heads < 1 || keyHeads < 1 || heads % keyHeads != 0 || size < 1) {
            throw SHAPE_MISMATCH.with(
                    attention.query().weight().name(),
                    "heads that are a multiple of the key heads",
                    heads + " and " + keyHeads + " of size " + size);
        }
        linear(attention.query(), (long) heads * size, hidden);
        linear(attention.key(), (long) keyHeads * size, hidden);
        linear(attention.value(), (long) keyHeads * size, hidden);
        linear(attention.output(), hidden, (long) heads * size);
        headNorm(attention.queryNorm(), heads, size);
        headNorm(attention.keyNorm(), keyHeads, size);
        if (attention.rope() != null) {
            int pairs = attention.rope().inverseFrequencies().length;
            var beyond = attention.rope().beyond();
            if (2 * pairs > size || (beyond != null && beyond.length != pairs)) {
                throw SHAPE_MISMATCH.with(
                        "rotary frequencies", "at most " + size / 2, Integer.toString(pairs));
            }
        }
    }

    private void headNorm(@Nullable Norm norm, int heads, int size) {
        if (norm != null) {
            long gain = gain(norm).shape().elements();
            norm(norm, gain == size ? size : (long) heads * size);
        }
    }

    private void experts(Network.Experts experts, int hidden) {
        int count = experts.experts().size();
        linear(experts.router(), count, hidden);
        if (experts.chosen() < 1 || experts.chosen() > count) {
            throw SHAPE_MISMATCH.with("experts for each token", "1 to " + count, experts.chosen());
        }
        for (var expert : experts.experts()) {
            feedForward(expert.gate(), expert.up(), expert.down(), hidden);
        }
    }

    private void feedForward(@Nullable Linear gate, Linear up, Linear down, int hidden) {
        long inner = up.weight().rows();
        if (gate != null) {
            linear(gate, inner, hidden);
        }
        linear(up, inner, hidden);
        linear(down, hidden, inner);
    }

    private void residual(Residual residual, int hidden) {
        norm(residual.before(), hidden);
        norm(residual.after(), hidden);
        norm(residual.sum(), hidden);
    }

    private void norm(@Nullable Norm norm, long width) {
        switch (norm) {
            case null -> {}
            case Norm.Rms rms -> vector(rms.gain(), width);
            case Norm.Layer layer -> {
                vector(layer.gain(), width);
                vector(layer.bias(), width);
            }
        }
    }

    private static Tensor gain(Norm norm) {
        return switch (norm) {
            case Norm.Rms rms -> rms.gain();
            case Norm.Layer layer -> layer.gain();
        };
    }

    private void linear(Linear linear, long outputs, long inputs) {
        var weight = linear.weight();
        dtype(weight);
        if (weight.rows() != outputs || weight.columns() != inputs) {
            throw mismatch(weight, "[" + outputs + ", " + inputs + "]");
        }
        vector(linear.bias(), outputs);
    }

    private void rows(Tensor matrix, long atLeast, long columns) {
        dtype(matrix);
        if (matrix.rows() < atLeast || matrix.columns() != columns) {
            throw mismatch(matrix, "[at least " + atLeast + ", " + columns + "]");
        }
    }

    private void vector(@Nullable Tensor vector, long length) {
        if (vector != null) {
            dtype(vector);
            if (vector.shape().elements() != length) {
                throw mismatch(vector, "[" + length + "]");
            }
        }
    }

    private void dtype(Tensor tensor) {
        if (!supported.contains(tensor.dtype())) {
            throw UNSUPPORTED_DTYPE.with(tensor.name(), tensor.dtype(), kernels);
        }
        seen.add(tensor.data());
    }

    private static RuntimeException mismatch(Tensor tensor, String expected) {
        return SHAPE_MISMATCH.with(tensor.name(), expected, tensor.shape());
    }
}
