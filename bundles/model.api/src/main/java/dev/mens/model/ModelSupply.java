package dev.mens.model;

import java.io.IOException;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/// Models that are not on this machine's disk, but can come: what peers offer.
@ConsumerType
public interface ModelSupply {

    /// Describes what a reference means elsewhere; fetches nothing.
    ///
    /// @param reference a name, or the beginning of a bundle's hash
    /// @return a model whose folder does not exist yet
    Optional<Model> find(String reference) throws IOException;

    /// Brings a model that {@link #find} returned to this machine's store, verified.
    ///
    /// @throws dev.mens.diagnostics.ProblemException vox/transfer/…
    Model fetch(Model model) throws IOException, InterruptedException;
}
