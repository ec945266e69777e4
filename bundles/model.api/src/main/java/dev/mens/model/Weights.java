package dev.mens.model;

import dev.mens.compute.Tensor;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/// The mapped tensors of a model. The owner closes it after the last use of any tensor.
@ProviderType
public interface Weights extends AutoCloseable {

    Set<String> names();

    Optional<Tensor> find(String name);

    /// @throws dev.mens.diagnostics.ProblemException vox/format/missing-tensor
    Tensor tensor(String name);

    /// `__metadata__` of the file, or of the first shard.
    Map<String, String> metadata();

    @Override
    void close();
}
