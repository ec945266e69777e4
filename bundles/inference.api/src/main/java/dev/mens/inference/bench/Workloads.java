package dev.mens.inference.bench;

import dev.mens.model.Model;
import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/// Knows what a model costs to run, from its shape alone.
@ProviderType
public interface Workloads {

    /// @throws dev.mens.diagnostics.ProblemException vox/model/…, vox/format/…
    Workload of(Model model) throws IOException;

    /// @param vocabulary ids are below it
    /// @param contextTokens the longest sequence
    /// @param bytesPerToken of weights that one decoded token reads: all matrices that it passes,
    ///     of experts the chosen ones
    /// @param flopsPerPromptToken of the matrices that each token of a prompt passes, without
    ///     attention over the others and without the head
    /// @param flopsPerToken of a decoded token, head included
    record Workload(
            int vocabulary,
            int contextTokens,
            long bytesPerToken,
            long flopsPerPromptToken,
            long flopsPerToken) {}
}
