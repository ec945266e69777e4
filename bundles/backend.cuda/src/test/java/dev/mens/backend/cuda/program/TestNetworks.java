package dev.mens.backend.cuda.program;

import dev.mens.compute.DType;
import dev.mens.compute.Network;
import dev.mens.compute.Network.Activation;
import dev.mens.compute.Network.Attention;
import dev.mens.compute.Network.Embedding;
import dev.mens.compute.Network.Expert;
import dev.mens.compute.Network.Experts;
import dev.mens.compute.Network.FeedForward;
import dev.mens.compute.Network.Head;
import dev.mens.compute.Network.Layer;
import dev.mens.compute.Network.Linear;
import dev.mens.compute.Network.Mixer;
import dev.mens.compute.Network.Norm;
import dev.mens.compute.Network.Residual;
import dev.mens.compute.Network.Rope;
import dev.mens.compute.Shape;
import dev.mens.compute.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Small networks for tests without a device: their weights are zeros.
final class TestNetworks {
    static final int HIDDEN = 256;
    static final int VOCABULARY = 300;
    private static final int HEADS = 4;
    private static final int HEAD_SIZE = 64;
    private static final int INNER = 512;
    private static final int WIDE_INNER = 8192;

    private TestNetworks() {}

    static Network llama(int layers) {
        return network(layers, DType.BF16, DType.BF16, null, false);
    }

    /// Gate and up have many columns.
    static Network wide(DType type) {
        var network = llama(1);
        var layer = network.layers().getFirst();
        return new Network(
                "wide",
                HIDDEN,
                VOCABULARY,
                network.contextTokens(),
                network.embedding(),
                List.of(new Layer(layer.attention(), feedForward(type, WIDE_INNER))),
                network.head());
    }

    /// Of whole units of 16 rows, as `onerow.cuh` multiplies.
    static Network quantized(int layers) {
        return network(layers, DType.Q4_K, DType.Q4_K, null, false, VOCABULARY / 16 * 16);
    }

    /// As quantizers mix them: values in more bits than queries and keys.
    static Network mixed() {
        return network(1, DType.Q4_K, DType.Q6_K, null, false);
    }

    static Network experts() {
        return network(1, DType.BF16, DType.BF16, null, true);
    }

    /// Rotary frequencies change when a sequence is longer than `beyond`.
    static Network longrope(int beyond) {
        return network(1, DType.BF16, DType.BF16, beyond, false);
    }

    private static Network network(
            int layers, DType type, DType values, @Nullable Integer beyond, boolean experts) {
        return network(layers, type, values, beyond, experts, VOCABULARY);
    }

    private static Network network(
            int layers,
            DType type,
            DType values,
            @Nullable Integer beyond,
            boolean experts,
            int vocabulary) {
        var all = new ArrayList<Layer>();
        for (int l = 0; l < layers; l++) {
            all.add(new Layer(attention(type, values, beyond), mixer(type, experts)));
        }
        var tokens = tensor(type, vocabulary, HIDDEN);
        return new Network(
                "test",
                HIDDEN,
                vocabulary,
                1024,
                new Embedding(tokens, 1, null, null, null),
                all,
                new Head(norm(), new Linear(tokens, null), 1, 0));
    }

    private static Attention attention(DType type, DType values, @Nullable Integer beyond) {
        var frequencies = new float[HEAD_SIZE / 2];
        return new Attention(
                residual(),
                linear(type, HEADS * HEAD_SIZE, HIDDEN),
                linear(type, HEAD_SIZE, HIDDEN),
                linear(values, HEAD_SIZE, HIDDEN),
                linear(type, HIDDEN, HEADS * HEAD_SIZE),
                HEADS,
                1,
                HEAD_SIZE,
                null,
                null,
                beyond == null
                        ? new Rope(frequencies, 1, null, 0)
                        : new Rope(frequencies, 1, frequencies, beyond),
                0.125f,
                0,
                0,
                true);
    }

    private static Mixer mixer(DType type, boolean experts) {
        if (experts) {
            var expert =
                    new Expert(
                            linear(type, INNER, HIDDEN),
                            linear(type, INNER, HIDDEN),
                            linear(type, HIDDEN, INNER));
            return new Experts(
                    residual(),
                    linear(type, 4, HIDDEN),
                    Collections.nCopies(4, expert),
                    2,
                    true,
                    Activation.SILU);
        }
        return feedForward(type, INNER);
    }

    private static FeedForward feedForward(DType type, int inner) {
        return new FeedForward(
                residual(),
                linear(type, inner, HIDDEN),
                linear(type, inner, HIDDEN),
                linear(type, HIDDEN, inner),
                Activation.SILU);
    }

    private static Residual residual() {
        return new Residual(norm(), null, null, 1);
    }

    private static Norm norm() {
        return new Norm.Rms(tensor(DType.F32, HIDDEN), 0, 1e-5f);
    }

    private static Linear linear(DType type, int outputs, int inputs) {
        return new Linear(tensor(type, outputs, inputs), null);
    }

    private static Tensor tensor(DType type, long... sizes) {
        var shape = new Shape(sizes);
        return new Tensor(
                "t" + List.of(sizes.length, sizes[0]),
                type,
                shape,
                MemorySegment.ofArray(new byte[(int) type.bytes(shape.elements())]));
    }
}
