package dev.mens.backend.cuda.program;

import static dev.mens.backend.cuda.CudaProblem.UNSUPPORTED;

import dev.mens.backend.cuda.memory.PagePool;
import dev.mens.compute.DType;
import dev.mens.compute.Network;
import dev.mens.compute.Network.Attention;
import dev.mens.compute.Network.Norm;
import dev.mens.compute.NetworkCheck;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What of a network our kernels and the layout of the cache depend on.
final class Shapes {
    private static final Set<DType> READABLE =
            Set.copyOf(
                    EnumSet.complementOf(
                            EnumSet.of(
                                    DType.I64,
                                    DType.I32,
                                    DType.I16,
                                    DType.I8,
                                    DType.U64,
                                    DType.U32,
                                    DType.U16,
                                    DType.U8,
                                    DType.BOOL)));

    private static final int LARGEST_HEAD = 256;
    private static final int DENSE_ROWS = 2048;

    /// Experts keep the outputs of all that a row chooses.
    private static final int EXPERT_ROWS = 512;

    private static final int EXACT_ROWS = 512;

    /// Networks without a table of positions go beyond the context that they were made for.
    private static final int LEAST_CONTEXT = 8192;

    private static final int MOST_ROWS = 16384;

    private Shapes() {}

    /// @throws dev.mens.diagnostics.ProblemException if the tensors do not fit each other, or the
    ///     network has what no kernel does
    static void check(Network network, String kernels) {
        NetworkCheck.check(network, kernels, READABLE);
        var first = network.layers().getFirst().attention();
        for (var layer : network.layers()) {
            var attention = layer.attention();
            if (attention.keyHeads() * attention.headSize() != first.keyHeads() * first.headSize()
                    || attention.causal() != first.causal()) {
                throw UNSUPPORTED.with(network.name(), "its layers have caches of several kinds");
            }
            if (attention.headSize() > LARGEST_HEAD) {
                throw UNSUPPORTED.with(network.name(), "heads of size " + attention.headSize());
            }
            if (!sameKind(attention)) {
                throw UNSUPPORTED.with(network.name(), "queries and keys are normed differently");
            }
        }
    }

    private static boolean sameKind(Attention attention) {
        var query = attention.queryNorm();
        var key = attention.keyNorm();
        return query == null
                || key == null
                || (query.getClass() == key.getClass()
                        && query.epsilon() == key.epsilon()
                        && offset(query) == offset(key)
                        && isWhole(query, attention) == isWhole(key, attention));
    }

    private static float offset(@Nullable Norm norm) {
        return norm instanceof Norm.Rms rms ? rms.offset() : 0;
    }

    private static boolean isWhole(Norm norm, Attention attention) {
        long width =
                switch (norm) {
                    case Norm.Rms rms -> rms.gain().shape().elements();
                    case Norm.Layer layer -> layer.gain().shape().elements();
                };
        return width != attention.headSize();
    }

    static boolean causal(Network network) {
        return network.layers().getFirst().attention().causal();
    }

    /// Rows of the largest pass. A sequence whose rows see each other must fit into one.
    static int passRows(Network network, Precision precision) {
        boolean experts =
                network.layers().stream()
                        .anyMatch(layer -> layer.mixer() instanceof Network.Experts);
        int rows = precision == Precision.EXACT ? EXACT_ROWS : experts ? EXPERT_ROWS : DENSE_ROWS;
        if (!causal(network)) {
            rows = Math.max(rows, Math.min(network.contextTokens(), MOST_ROWS));
        }
        return LibraryProducts.rounded(rows);
    }

    /// Rows that share the keys they read: what every layer's kernel takes.
    static int tileRows(Network network) {
        return network.layers().stream()
                .mapToInt(layer -> Attends.tileRows(layer.attention().headSize()))
                .min()
                .orElseThrow();
    }

    /// Tokens of the longest sequence.
    static int longest(Network network) {
        return Math.max(network.contextTokens(), LEAST_CONTEXT);
    }

    /// Bytes of the keys, or the values, of one page in one layer.
    static long pageBytes(Network network, Precision precision) {
        var attention = network.layers().getFirst().attention();
        return (long) attention.keyHeads()
                * attention.headSize()
                * PagePool.PAGE_TOKENS
                * precision.bytes();
    }
}
