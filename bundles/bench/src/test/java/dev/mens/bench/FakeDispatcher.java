package dev.mens.bench;

import dev.mens.inference.BackendCapabilities;
import dev.mens.inference.Dispatcher;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenStream;
import dev.mens.inference.Verdict;
import dev.mens.model.Model;
import dev.mens.model.ModelFacts;
import dev.mens.model.Quantization;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/// One backend that says how long things took.
final class FakeDispatcher implements Dispatcher {
    static final Model MODEL =
            new Model(
                    "fake",
                    "fake",
                    Path.of("fake"),
                    new ModelFacts("llama", 1, 1, 64, 1, Quantization.Q8_0, false));

    final List<List<Integer>> prompts = new CopyOnWriteArrayList<>();
    boolean serves = true;
    int activeStreams;
    int unloaded;

    @Override
    public TokenStream submit(Model model, Prompt prompt, SamplingParams sampling) {
        prompts.add(ids(prompt));
        return new FakeStream(sampling.maxTokens().orElseThrow());
    }

    static List<Integer> ids(Prompt prompt) {
        return switch (prompt.input()) {
            case Prompt.Tokens(var ids) -> ids;
            case Prompt.Text text -> throw new AssertionError(text);
            case Prompt.Chat chat -> throw new AssertionError(chat);
        };
    }

    @Override
    public List<float[]> embed(Model model, List<String> texts) {
        throw new AssertionError("nothing is embedded");
    }

    @Override
    public List<Candidate> route(Model model) {
        return List.of(
                new Candidate(
                        "fake", serves ? new Verdict.Yes("it is") : new Verdict.No("it is not")));
    }

    @Override
    public List<BackendStatus> backends() {
        var capabilities = new BackendCapabilities(0, 0, 1, 0, true, Set.of(), "fake kernels");
        return new ArrayList<>(
                List.of(
                        new BackendStatus(
                                "fake", capabilities, List.of(), activeStreams, 0, Instant.EPOCH)));
    }

    @Override
    public List<BackendStatus> ownBackends() {
        return backends();
    }

    @Override
    public TokenStream submitTo(
            String backend, Model model, Prompt prompt, SamplingParams sampling) {
        throw new AssertionError("no peer asks");
    }

    @Override
    public void unload(Model model) {
        unloaded++;
    }
}
