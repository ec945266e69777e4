package dev.mens.inference.bench;

import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenStream;
import dev.mens.model.Model;
import dev.mens.model.Quantization;
import java.io.IOException;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/// A backend's own measure: what its device can do, and the means to run a model on part of it.
@ConsumerType
public interface Yardstick {

    /// The {@link dev.mens.inference.InferenceBackend#id} that it belongs to.
    String backend();

    /// Measures the device as the plan uses it. Takes about a second.
    ///
    /// @param quantization of the weights that the kernels multiply
    /// @return empty if it has no means to
    /// @throws dev.mens.diagnostics.ProblemException vox/bench/no-such-kernels
    Optional<Limits> limits(Quantization quantization, BenchPlan plan) throws InterruptedException;

    /// Opens a model for the caller alone, with the threads and kernels of a plan.
    ///
    /// @throws dev.mens.diagnostics.ProblemException vox/bench/no-such-kernels
    Session open(Model model, BenchPlan plan) throws IOException;

    /// A model that one caller runs.
    interface Session extends AutoCloseable {
        /// As in {@link BenchReport#kernels}.
        String kernels();

        /// @see dev.mens.inference.InferenceBackend#predict
        TokenStream predict(Prompt prompt, SamplingParams sampling) throws IOException;

        @Override
        void close();
    }
}
