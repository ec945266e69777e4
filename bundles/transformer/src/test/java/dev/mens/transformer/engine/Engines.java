package dev.mens.transformer.engine;

import dev.mens.compute.DType;
import dev.mens.compute.Network;
import dev.mens.compute.Shape;
import dev.mens.compute.Tensor;
import dev.mens.inference.BackendLostException;
import dev.mens.inference.TokenEvent;
import dev.mens.inference.TokenStream;
import dev.mens.model.ChatTemplate;
import dev.mens.model.Model;
import dev.mens.model.ModelFacts;
import dev.mens.model.Quantization;
import dev.mens.model.Weights;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Engines over {@link HashKernels}, and what their streams said.
final class Engines {
    private Engines() {}

    static BatchEngine decoder(HashKernels kernels, int contextTokens) throws IOException {
        return decoder(kernels, contextTokens, null);
    }

    static BatchEngine decoder(
            HashKernels kernels, int contextTokens, @Nullable ChatTemplate template)
            throws IOException {
        var head = new Network.Head(null, new Network.Linear(matrix(), null), 1, 0);
        return BatchEngine.start(parts(contextTokens, head, template, null), kernels, "fake");
    }

    static BatchEngine encoder(HashKernels kernels, Pooling pooling) throws IOException {
        return BatchEngine.start(parts(16, null, null, pooling), kernels, "fake");
    }

    private static ModelParts parts(
            int contextTokens,
            Network.@Nullable Head head,
            @Nullable ChatTemplate template,
            @Nullable Pooling pooling) {
        var network =
                new Network(
                        "fake",
                        2,
                        CharacterTokenizer.SIZE,
                        contextTokens,
                        new Network.Embedding(matrix(), 1, null, null, null),
                        List.of(),
                        head);
        var facts = new ModelFacts("fake", 1, 1, contextTokens, 1, Quantization.F32, head == null);
        return new ModelParts(
                new Model("fake", "fake", Path.of("fake"), facts),
                new NoWeights(),
                network,
                new CharacterTokenizer(),
                template,
                null,
                Optional.empty(),
                Set.of(CharacterTokenizer.END, CharacterTokenizer.END_OF_TURN),
                pooling,
                contextTokens);
    }

    private static Tensor matrix() {
        long rows = CharacterTokenizer.SIZE;
        return new Tensor(
                "fake",
                DType.F32,
                new Shape(rows, 2),
                MemorySegment.ofArray(new float[(int) rows * 2]));
    }

    /// Everything a stream yields.
    record Said(List<Integer> ids, String text, TokenEvent.End end) {}

    static Said all(TokenStream stream) throws IOException, InterruptedException {
        return upTo(stream, Integer.MAX_VALUE);
    }

    /// The first `most` tokens; the end is that of the stream, or of the reading.
    static Said upTo(TokenStream stream, int most) throws IOException, InterruptedException {
        var ids = new ArrayList<Integer>();
        var text = new StringBuilder();
        while (true) {
            switch (stream.next()) {
                case TokenEvent.Token token -> {
                    ids.add(token.id());
                    text.append(token.piece());
                    if (ids.size() == most) {
                        return new Said(ids, text.toString(), CUT);
                    }
                }
                case TokenEvent.End end -> {
                    return new Said(ids, text.append(end.piece()).toString(), end);
                }
            }
        }
    }

    private static final TokenEvent.End CUT =
            new TokenEvent.End(
                    TokenEvent.Reason.CANCELLED,
                    "",
                    new TokenEvent.Usage(0, 0, java.time.Duration.ZERO, java.time.Duration.ZERO));

    static boolean isLost(TokenStream stream) throws IOException, InterruptedException {
        try {
            all(stream);
            return false;
        } catch (BackendLostException lost) {
            return true;
        }
    }

    private static final class NoWeights implements Weights {
        @Override
        public Set<String> names() {
            return Set.of();
        }

        @Override
        public Optional<Tensor> find(String name) {
            return Optional.empty();
        }

        @Override
        public Tensor tensor(String name) {
            throw new AssertionError(name);
        }

        @Override
        public Map<String, String> metadata() {
            return Map.of();
        }

        @Override
        public void close() {}
    }
}
