package dev.mens.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

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
import java.util.Random;

/// Networks with random weights and random features, the same for the same seed. Every feature
/// of {@link Network} turns up in a few seeds.
public final class RandomNetwork {
    private final Random random;
    private final DType matrices;
    private int tensors;

    private RandomNetwork(long seed, DType matrices) {
        this.random = new Random(seed);
        this.matrices = matrices;
    }

    /// A decoder of two layers. Every width is a multiple of `multiple`, and odd otherwise.
    public static Network decoder(long seed, DType matrices, int multiple) {
        return new RandomNetwork(seed, matrices).decoder(multiple);
    }

    /// A BERT-like encoder.
    public static Network encoder(long seed, DType matrices) {
        return new RandomNetwork(seed, matrices).encoder();
    }

    /// A network of plain Llama blocks of the given sizes.
    public static Network llama(
            long seed, DType matrices, int hidden, int heads, int keyHeads, int inner, int layers) {
        var make = new RandomNetwork(seed, matrices);
        int size = hidden / heads;
        var blocks = new ArrayList<Layer>();
        for (int l = 0; l < layers; l++) {
            var plain = new Residual(make.rms(hidden, 0), null, null, 1);
            blocks.add(
                    new Layer(
                            new Attention(
                                    plain,
                                    make.linear(hidden, hidden, false),
                                    make.linear(keyHeads * size, hidden, false),
                                    make.linear(keyHeads * size, hidden, false),
                                    make.linear(hidden, hidden, false),
                                    heads,
                                    keyHeads,
                                    size,
                                    null,
                                    null,
                                    make.rope(size, false),
                                    (float) (1 / Math.sqrt(size)),
                                    0,
                                    0,
                                    true),
                            new FeedForward(
                                    new Residual(make.rms(hidden, 0), null, null, 1),
                                    make.linear(inner, hidden, false),
                                    make.linear(inner, hidden, false),
                                    make.linear(hidden, inner, false),
                                    Activation.SILU)));
        }
        return new Network(
                "llama" + seed,
                hidden,
                101,
                512,
                new Embedding(make.matrix(101, hidden), 1, null, null, null),
                blocks,
                new Head(make.rms(hidden, 0), make.linear(101, hidden, false), 1, 0));
    }

    private Network decoder(int multiple) {
        int size = multiple > 32 ? multiple : 2 * multiple * (1 + random.nextInt(3));
        int keyHeads = 1 + random.nextInt(3);
        int heads = keyHeads * (1 + random.nextInt(3));
        int hidden = multiple * (1 + random.nextInt(multiple > 32 ? 2 : 40));
        int vocabulary = 30 + random.nextInt(40);
        var layers = new ArrayList<Layer>();
        for (int l = 0; l < 2; l++) {
            layers.add(
                    new Layer(attention(hidden, heads, keyHeads, size), mixer(hidden, multiple)));
        }
        var tokens = matrix(vocabulary, hidden);
        var head = maybe() ? new Linear(tokens, null) : linear(vocabulary + 3, hidden, maybe());
        return new Network(
                "random",
                hidden,
                vocabulary,
                64,
                new Embedding(
                        tokens,
                        1 + random.nextInt(3),
                        maybe() ? matrix(64, hidden) : null,
                        null,
                        maybe() ? norm(hidden) : null),
                layers,
                new Head(
                        maybe() ? norm(hidden) : null,
                        head,
                        random.nextFloat(0.5f, 2),
                        maybe() ? 5 : 0));
    }

    private Network encoder() {
        int hidden = 48;
        var layers = new ArrayList<Layer>();
        for (int l = 0; l < 2; l++) {
            layers.add(
                    new Layer(
                            new Attention(
                                    new Residual(null, null, layerNorm(hidden), 1),
                                    linear(hidden, hidden, true),
                                    linear(hidden, hidden, true),
                                    linear(hidden, hidden, true),
                                    linear(hidden, hidden, true),
                                    3,
                                    3,
                                    16,
                                    null,
                                    null,
                                    null,
                                    0.25f,
                                    0,
                                    0,
                                    false),
                            new FeedForward(
                                    new Residual(null, null, layerNorm(hidden), 1),
                                    null,
                                    linear(77, hidden, true),
                                    linear(hidden, 77, true),
                                    Activation.GELU)));
        }
        return new Network(
                "encoder",
                hidden,
                50,
                32,
                new Embedding(
                        matrix(50, hidden),
                        1,
                        matrix(32, hidden),
                        plain(hidden),
                        layerNorm(hidden)),
                layers,
                null);
    }

    private Attention attention(int hidden, int heads, int keyHeads, int size) {
        boolean headNorms = maybe();
        return new Attention(
                residual(hidden),
                linear(heads * size, hidden, maybe()),
                linear(keyHeads * size, hidden, maybe()),
                linear(keyHeads * size, hidden, maybe()),
                linear(hidden, heads * size, maybe()),
                heads,
                keyHeads,
                size,
                maybe() ? norm(headNorms ? size : heads * size) : null,
                maybe() ? norm(headNorms ? size : keyHeads * size) : null,
                maybe() ? rope(size, maybe()) : null,
                (float) (1 / Math.sqrt(size)),
                maybe() ? 3 : 0,
                maybe() ? 1 + random.nextInt(9) : 0,
                true);
    }

    private Mixer mixer(int hidden, int multiple) {
        int inner = multiple * (1 + random.nextInt(multiple > 32 ? 2 : 50));
        var activation =
                java.util.List.copyOf(java.util.EnumSet.allOf(Activation.class))
                        .get(random.nextInt(4));
        if (random.nextInt(3) > 0) {
            return new FeedForward(
                    residual(hidden),
                    maybe() ? linear(inner, hidden, maybe()) : null,
                    linear(inner, hidden, maybe()),
                    linear(hidden, inner, maybe()),
                    activation);
        }
        var experts = new ArrayList<Expert>();
        for (int e = 0; e < 5; e++) {
            experts.add(
                    new Expert(
                            linear(inner, hidden, false),
                            linear(inner, hidden, false),
                            linear(hidden, inner, false)));
        }
        return new Experts(
                residual(hidden),
                linear(5, hidden, false),
                experts,
                1 + random.nextInt(3),
                maybe(),
                activation);
    }

    private Residual residual(int hidden) {
        return new Residual(
                random.nextInt(4) > 0 ? norm(hidden) : null,
                maybe() ? norm(hidden) : null,
                random.nextInt(4) == 0 ? norm(hidden) : null,
                maybe() ? 1 : random.nextFloat(0.2f, 1.5f));
    }

    private Rope rope(int size, boolean longer) {
        int pairs = longer ? Math.max(1, size / 4) : size / 2;
        return new Rope(
                frequencies(pairs, 100),
                longer ? 1.1f : 1,
                longer ? frequencies(pairs, 1000) : null,
                longer ? 11 : 0);
    }

    private static float[] frequencies(int pairs, double base) {
        var frequencies = new float[pairs];
        for (int i = 0; i < pairs; i++) {
            frequencies[i] = (float) Math.pow(base, -(double) i / pairs);
        }
        return frequencies;
    }

    private Norm norm(int width) {
        return maybe() ? rms(width, maybe() ? 1 : 0) : layerNorm(width);
    }

    private Norm rms(int width, float offset) {
        return new Norm.Rms(plain(width), offset, 1e-5f);
    }

    private Norm layerNorm(int width) {
        return new Norm.Layer(plain(width), maybe() ? plain(width) : null, 1e-5f);
    }

    private Linear linear(int outputs, int inputs, boolean bias) {
        return new Linear(matrix(outputs, inputs), bias ? plain(outputs) : null);
    }

    private Tensor matrix(int rows, int columns) {
        return tensor(matrices, (float) (1.5 / Math.sqrt(columns)), rows, columns);
    }

    private Tensor plain(int width) {
        return tensor(maybe() ? DType.F32 : DType.BF16, 1, width);
    }

    /// Random elements at an odd address, as in a mapped file.
    private Tensor tensor(DType dtype, float deviation, long... sizes) {
        var shape = new Shape(sizes);
        long bytes = dtype.bytes(shape.elements());
        var data = MemorySegment.ofBuffer(java.nio.ByteBuffer.allocateDirect((int) bytes + 1));
        var values = data.asSlice(1);
        if (dtype.quantized()) {
            RandomBlocks.fill(dtype, values, deviation, random);
        } else {
            for (int i = 0; i < shape.elements(); i++) {
                put(values, dtype, i, (float) random.nextGaussian() * deviation);
            }
        }
        return new Tensor("t" + tensors++, dtype, shape, values);
    }

    private static void put(MemorySegment data, DType dtype, int at, float value) {
        switch (dtype) {
            case F32 -> data.set(JAVA_FLOAT_UNALIGNED, 4L * at, value);
            case F16 -> data.set(JAVA_SHORT_UNALIGNED, 2L * at, Float.floatToFloat16(value));
            case BF16 ->
                    data.set(
                            JAVA_SHORT_UNALIGNED,
                            2L * at,
                            (short) (Float.floatToRawIntBits(value) >>> 16));
            default -> throw new IllegalArgumentException(dtype.toString());
        }
    }

    /// The network with one element of its first matrix replaced by NaN.
    public static void poison(Network network) {
        var data = network.layers().getFirst().attention().output().weight().data();
        data.asSlice(0, 4).fill((byte) 0xff);
        if (data.get(JAVA_BYTE, 0) != -1) {
            throw new AssertionError();
        }
    }

    private boolean maybe() {
        return random.nextBoolean();
    }

    /// Tokens of a network, the same for the same seed.
    public static int[] tokens(Network network, int count, long seed) {
        return new Random(seed).ints(count, 0, network.vocabulary()).toArray();
    }
}
