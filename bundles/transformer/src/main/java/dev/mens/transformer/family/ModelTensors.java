package dev.mens.transformer.family;

import dev.mens.compute.ComputeProblem;
import dev.mens.compute.Shape;
import dev.mens.compute.Tensor;
import dev.mens.model.Weights;
import dev.mens.transformer.TransformerProblem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The tensors of a model by the names of its family, each checked against the size that the
/// config implies.
final class ModelTensors {
    private final String model;
    private final String family;
    private final Weights weights;
    private final String prefix;

    private ModelTensors(String model, String family, Weights weights, String prefix) {
        this.model = model;
        this.family = family;
        this.weights = weights;
        this.prefix = prefix;
    }

    /// @param anchor a tensor that every model of the family has
    /// @param prefixes that names may have, the usual one first
    static ModelTensors under(
            List<String> prefixes, String anchor, String model, String family, Weights weights) {
        for (var prefix : prefixes) {
            if (weights.find(prefix + anchor).isPresent()) {
                return new ModelTensors(model, family, weights, prefix);
            }
        }
        throw TransformerProblem.MISSING_TENSOR.with(model, prefixes.getFirst() + anchor, family);
    }

    /// The same tensors, with names that do not start with the prefix.
    ModelTensors withoutPrefix(String other) {
        return new ModelTensors(model, family, weights, other);
    }

    String prefix() {
        return prefix;
    }

    boolean has(String name) {
        return weights.find(prefix + name).isPresent();
    }

    Tensor vector(String name, long length) {
        return exactly(name, new Shape(length));
    }

    /// A vector that must be there if `required`, and is used if it is there.
    @Nullable Tensor vector(String name, long length, boolean required) {
        return required || has(name) ? vector(name, length) : null;
    }

    Tensor matrix(String name, long rows, long columns) {
        return exactly(name, new Shape(rows, columns));
    }

    /// A matrix that may have more rows than needed, as padded vocabularies do.
    Tensor paddedMatrix(String name, long rows, long columns) {
        var tensor = named(name);
        if (tensor.shape().rank() != 2 || tensor.rows() < rows || tensor.columns() != columns) {
            throw ComputeProblem.SHAPE_MISMATCH.with(
                    tensor.name(), "[at least " + rows + ", " + columns + "]", tensor.shape());
        }
        return tensor;
    }

    private Tensor exactly(String name, Shape shape) {
        var tensor = named(name);
        if (!tensor.shape().equals(shape)) {
            throw ComputeProblem.SHAPE_MISMATCH.with(tensor.name(), shape, tensor.shape());
        }
        return tensor;
    }

    private Tensor named(String name) {
        return weights.find(prefix + name)
                .orElseThrow(
                        () -> TransformerProblem.MISSING_TENSOR.with(model, prefix + name, family));
    }
}
