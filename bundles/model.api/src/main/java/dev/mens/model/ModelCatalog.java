package dev.mens.model;

import java.io.IOException;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/// Finds the model that a user means.
@ProviderType
public interface ModelCatalog {

    /// A model by folder, name or hash prefix; the node's default for an empty reference. Reads
    /// headers only, never weights.
    ///
    /// @throws dev.mens.diagnostics.ProblemException if there is none, it is ambiguous, or its
    ///     files are not a model
    Model resolve(String reference) throws IOException;

    /// Models that can be named without a path.
    List<Model> list() throws IOException;
}
