package dev.mens.itests.golden;

import dev.mens.backend.cpu.CpuBackend;
import dev.mens.backend.cpu.vector.CacheChoice;
import dev.mens.chat.JinjaChatTemplates;
import dev.mens.compute.Kernels;
import dev.mens.compute.Program;
import dev.mens.compute.Program.Segment;
import dev.mens.compute.Program.Wanted;
import dev.mens.formats.safetensors.MappedWeightFiles;
import dev.mens.inference.InferenceBackend;
import dev.mens.inference.LoadedModel;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenEvent;
import dev.mens.inference.Transformer;
import dev.mens.inference.Verdict;
import dev.mens.model.Model;
import dev.mens.model.ModelFacts;
import dev.mens.model.Quantization;
import dev.mens.model.Weights;
import dev.mens.tokenizer.HfTokenizers;
import dev.mens.transformer.config.Config;
import dev.mens.transformer.engine.BatchingTransformer;
import dev.mens.transformer.family.Architectures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One model folder on the backend that users have, opened twice: as a loaded model for streams,
/// and as the bare program of the same kernels for logits.
final class ModelUnderTest implements AutoCloseable {
    private final CpuBackend backend;
    private final LoadedModel loaded;
    private final Weights weights;
    private final Program program;
    private final int hidden;
    private final int vocabulary;

    /// @param longest tokens of a sequence, which may exceed the model's context
    ModelUnderTest(Path folder, int longest) throws IOException {
        this(folder, longest, CacheChoice.AUTO);
    }

    ModelUnderTest(Path folder, int longest, CacheChoice cache) throws IOException {
        var transformer =
                new Observed(
                        new BatchingTransformer(
                                new MappedWeightFiles(),
                                new HfTokenizers(),
                                new JinjaChatTemplates(),
                                longest));
        backend =
                new CpuBackend(
                        transformer,
                        () -> {
                            throw new AssertionError("loading asks for no hardware");
                        },
                        cache,
                        Optional.empty());
        loaded = backend.load(model(folder));
        weights = new MappedWeightFiles().open(folder);
        var network =
                Architectures.network(
                        folder.getFileName().toString(),
                        Config.read(folder.resolve("config.json")),
                        weights);
        program = Objects.requireNonNull(transformer.kernels).prepare(network);
        hidden = network.hidden();
        vocabulary = network.vocabulary();
    }

    private static Model model(Path folder) {
        var name = folder.getFileName().toString();
        var family = Goldens.json(folder.resolve("config.json")).path("model_type").asString();
        var facts = new ModelFacts(family, 1, 1, 1, 1, Quantization.F32, false);
        return new Model(name, folder.toString(), folder, facts);
    }

    int vocabulary() {
        return vocabulary;
    }

    int hidden() {
        return hidden;
    }

    InferenceBackend backend() {
        return backend;
    }

    LoadedModel loaded() {
        return loaded;
    }

    /// @return `[ids, vocabulary]`
    float[] logits(int[] ids) throws InterruptedException {
        try (var cache = program.cache(ids.length)) {
            var out = new float[ids.length * vocabulary];
            program.run(List.of(new Segment(cache, ids, Wanted.ALL_LOGITS, out)));
            return out;
        }
    }

    /// What enters the head, or leaves an encoder: `[ids, hidden]`.
    float[] hidden(int[] ids, boolean encoder) throws InterruptedException {
        var out = new float[ids.length * hidden];
        if (encoder) {
            program.run(List.of(new Segment(null, ids, Wanted.HIDDEN, out)));
            return out;
        }
        try (var cache = program.cache(ids.length)) {
            program.run(List.of(new Segment(cache, ids, Wanted.HIDDEN, out)));
            return out;
        }
    }

    /// The tokens and the text of a whole stream.
    Said stream(Prompt prompt, SamplingParams sampling) throws IOException, InterruptedException {
        var ids = new ArrayList<Integer>();
        var text = new StringBuilder();
        try (var stream = backend.predict(loaded, prompt, sampling)) {
            while (true) {
                switch (stream.next()) {
                    case TokenEvent.Token token -> {
                        ids.add(token.id());
                        text.append(token.piece());
                    }
                    case TokenEvent.End end -> {
                        return new Said(ids, text.append(end.piece()).toString(), end.reason());
                    }
                }
            }
        }
    }

    record Said(List<Integer> ids, String text, TokenEvent.Reason reason) {}

    @Override
    public void close() {
        program.close();
        weights.close();
        backend.close();
    }

    /// Remembers on which kernels the backend opens models.
    private static final class Observed implements Transformer {
        private final Transformer transformer;
        @Nullable Kernels kernels;

        Observed(Transformer transformer) {
            this.transformer = transformer;
        }

        @Override
        public Verdict knows(Model model) {
            return transformer.knows(model);
        }

        @Override
        public Engine open(Model model, Kernels used, String id) throws IOException {
            kernels = used;
            return transformer.open(model, used, id);
        }
    }
}
