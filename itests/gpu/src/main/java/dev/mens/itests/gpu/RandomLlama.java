package dev.mens.itests.gpu;

import dev.mens.compute.DType;
import dev.mens.compute.Network;
import dev.mens.compute.Network.Activation;
import dev.mens.compute.Network.Attention;
import dev.mens.compute.Network.Embedding;
import dev.mens.compute.Network.FeedForward;
import dev.mens.compute.Network.Head;
import dev.mens.compute.Network.Layer;
import dev.mens.compute.Network.Linear;
import dev.mens.compute.Network.Norm;
import dev.mens.compute.Network.Residual;
import dev.mens.compute.Network.Rope;
import dev.mens.compute.Shape;
import dev.mens.compute.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.SplittableRandom;

/// Networks of well-known Llama shapes. Their weights are random, and slices of one piece of
/// memory: for speed it does not matter that some are alike.
final class RandomLlama implements AutoCloseable {
    private static final int VOCABULARY = 128_256;

    private final Arena arena = Arena.ofShared();
    private final DType dtype;
    private final MemorySegment matrices;
    private final Tensor ones;
    private long offset;

    /// @param hidden of the residual stream
    record Sizes(
            String name,
            int hidden,
            int inner,
            int layers,
            int heads,
            int keyHeads,
            int headSize,
            boolean tied) {
        static Sizes of(String name) {
            return switch (name) {
                case "1B" -> new Sizes(name, 2048, 8192, 16, 32, 8, 64, true);
                case "8B" -> new Sizes(name, 4096, 14336, 32, 32, 8, 128, false);
                default -> throw new IllegalArgumentException(name + " is neither 1B nor 8B");
            };
        }

        /// Elements that a step of decoding multiplies with.
        long parameters() {
            long projections = (long) (heads + 2 * keyHeads) * headSize * hidden;
            long output = (long) heads * headSize * hidden;
            return layers * (projections + output + 3L * inner * hidden)
                    + (long) VOCABULARY * hidden;
        }

        /// Bytes of keys and values of one token in bf16.
        long cacheBytes() {
            return 2L * 2 * layers * keyHeads * headSize;
        }
    }

    RandomLlama(Sizes sizes, DType dtype) {
        this.dtype = dtype;
        long largest = dtype.bytes((long) VOCABULARY * sizes.hidden());
        matrices = arena.allocate(largest + (64L << 20), 64);
        fill(dtype);
        ones = new Tensor("ones", DType.F32, new Shape(sizes.hidden()), floats(sizes.hidden()));
    }

    /// Small finite elements: bf16 of both signs around 0.02; in blocks the same of their scales,
    /// which are f16 but for NF4's f32.
    private void fill(DType dtype) {
        var random = new SplittableRandom(1);
        long words = matrices.byteSize() / Long.BYTES;
        for (long i = 0; i < words; i++) {
            long bits = random.nextLong();
            matrices.setAtIndex(
                    ValueLayout.JAVA_LONG,
                    i,
                    dtype == DType.BF16 || dtype == DType.NF4
                            ? bits & 0x80ff_80ff_80ff_80ffL | 0x3c00_3c00_3c00_3c00L
                            : bits & 0x0f0f_0f0f_0f0f_0f0fL | 0x0010_0010_0010_0010L);
        }
    }

    private MemorySegment floats(int count) {
        var memory = arena.allocate(ValueLayout.JAVA_FLOAT, count);
        for (int i = 0; i < count; i++) {
            memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, 1);
        }
        return memory;
    }

    Network network(Sizes sizes) {
        var layers = new ArrayList<Layer>();
        for (int l = 0; l < sizes.layers(); l++) {
            layers.add(new Layer(attention(sizes), feedForward(sizes)));
        }
        var tokens = matrix(VOCABULARY, sizes.hidden()).weight();
        var head = sizes.tied() ? new Linear(tokens, null) : matrix(VOCABULARY, sizes.hidden());
        return new Network(
                sizes.name(),
                sizes.hidden(),
                VOCABULARY,
                4096,
                new Embedding(tokens, 1, null, null, null),
                layers,
                new Head(norm(), head, 1, 0));
    }

    private Attention attention(Sizes sizes) {
        int queries = sizes.heads() * sizes.headSize();
        int keys = sizes.keyHeads() * sizes.headSize();
        var frequencies = new float[sizes.headSize() / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = (float) Math.pow(500_000, -2.0 * i / sizes.headSize());
        }
        return new Attention(
                new Residual(norm(), null, null, 1),
                matrix(queries, sizes.hidden()),
                matrix(keys, sizes.hidden()),
                matrix(keys, sizes.hidden()),
                matrix(sizes.hidden(), queries),
                sizes.heads(),
                sizes.keyHeads(),
                sizes.headSize(),
                null,
                null,
                new Rope(frequencies, 1, null, 0),
                (float) (1 / Math.sqrt(sizes.headSize())),
                0,
                0,
                true);
    }

    private FeedForward feedForward(Sizes sizes) {
        return new FeedForward(
                new Residual(norm(), null, null, 1),
                matrix(sizes.inner(), sizes.hidden()),
                matrix(sizes.inner(), sizes.hidden()),
                matrix(sizes.hidden(), sizes.inner()),
                Activation.SILU);
    }

    private Norm norm() {
        return new Norm.Rms(ones, 0, 1e-5f);
    }

    private Linear matrix(int rows, int columns) {
        long bytes = dtype.bytes((long) rows * columns);
        long step = dtype.blockBytes() * 64L;
        offset = (offset + 1009 * step) % (matrices.byteSize() - bytes + 1) / step * step;
        return new Linear(
                new Tensor(
                        "random", dtype, new Shape(rows, columns), matrices.asSlice(offset, bytes)),
                null);
    }

    @Override
    public void close() {
        arena.close();
    }
}
