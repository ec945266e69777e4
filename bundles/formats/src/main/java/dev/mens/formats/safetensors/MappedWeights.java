package dev.mens.formats.safetensors;

import dev.mens.compute.Tensor;
import dev.mens.formats.FormatProblem;
import dev.mens.model.Weights;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Tensors over mapped files; owns the arena of the mappings.
final class MappedWeights implements Weights {
    private final Path source;
    private final Map<String, Tensor> tensors;
    private final Map<String, String> metadata;
    private final Arena arena;

    MappedWeights(
            Path source, Map<String, Tensor> tensors, Map<String, String> metadata, Arena arena) {
        this.source = source;
        this.tensors = tensors;
        this.metadata = metadata;
        this.arena = arena;
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    @Override
    public Optional<Tensor> find(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    @Override
    public Tensor tensor(String name) {
        return find(name)
                .orElseThrow(
                        () ->
                                FormatProblem.MISSING_TENSOR.with(
                                        name, tensors.size(), source.getFileName()));
    }

    @Override
    public Map<String, String> metadata() {
        return metadata;
    }

    /// Closing twice is harmless.
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
