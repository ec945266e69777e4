package dev.mens.content.catalog;

import dev.mens.compute.DType;
import dev.mens.compute.Shape;
import dev.mens.compute.Tensor;
import dev.mens.model.WeightFiles;
import dev.mens.model.Weights;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The same tensors for every folder; counts how often it is asked.
final class FakeWeightFiles implements WeightFiles {
    final Map<String, Tensor> tensors = new LinkedHashMap<>();
    final Map<String, String> metadata = new LinkedHashMap<>();
    int opened;
    int closed;

    FakeWeightFiles with(String name, DType dtype, long... sizes) {
        var shape = new Shape(sizes);
        var data = MemorySegment.ofArray(new byte[(int) dtype.bytes(shape.elements())]);
        tensors.put(name, new Tensor(name, dtype, shape, data));
        return this;
    }

    @Override
    public Weights open(Path source) {
        opened++;
        return new Weights() {
            @Override
            public Set<String> names() {
                return tensors.keySet();
            }

            @Override
            public Optional<Tensor> find(String name) {
                return Optional.ofNullable(tensors.get(name));
            }

            @Override
            public Tensor tensor(String name) {
                return find(name).orElseThrow();
            }

            @Override
            public Map<String, String> metadata() {
                return metadata;
            }

            @Override
            public void close() {
                closed++;
            }
        };
    }
}
