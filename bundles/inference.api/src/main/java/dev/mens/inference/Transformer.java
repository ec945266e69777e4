package dev.mens.inference;

import dev.mens.compute.Kernels;
import dev.mens.model.Model;
import java.io.IOException;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/// The engine that turns a device's {@link Kernels} into a backend: it maps model folders to
/// networks, batches sequences, samples and streams. A device backend delegates to it.
@ProviderType
public interface Transformer {

    /// Whether the family and the files are known, without regard to any device.
    Verdict knows(Model model);

    /// Opens a model on a device. The caller closes the engine.
    ///
    /// @param backend id of the backend, for messages
    /// @throws dev.mens.diagnostics.ProblemException vox/model/…, vox/format/…, vox/tokenizer/…
    Engine open(Model model, Kernels kernels, String backend) throws IOException;

    /// One model on one device: one weight copy, any number of streams, one thread that runs
    /// them in batches.
    interface Engine extends LoadedModel, AutoCloseable {

        /// @see InferenceBackend#predict
        TokenStream predict(Prompt prompt, SamplingParams sampling);

        /// @see InferenceBackend#embed
        List<float[]> embed(List<String> texts) throws BackendLostException, InterruptedException;

        /// Frees everything; running streams end with {@link BackendLostException}.
        @Override
        void close();
    }
}
