package dev.mens.inference.bench;

import dev.mens.model.Model;
import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/// Measures how fast this node runs a model.
@ProviderType
public interface Benchmark {

    /// Measures with synthetic prompts; other work of the node slows it. A model that nobody uses
    /// is unloaded first, so that loading is measured too.
    ///
    /// @param watcher told of each measurement before it is made
    /// @throws dev.mens.diagnostics.ProblemException vox/bench/…, vox/inference/…
    BenchReport run(Model model, BenchPlan plan, Watcher watcher)
            throws IOException, InterruptedException;

    /// Whoever waits for the report.
    @FunctionalInterface
    interface Watcher {
        /// @param done measurements made so far
        /// @param all measurements of the plan
        void measuring(String what, int done, int all);
    }
}
