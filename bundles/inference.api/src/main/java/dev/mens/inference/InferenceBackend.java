package dev.mens.inference;

import dev.mens.model.Model;
import java.io.IOException;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/// One way to run models: a device, a subprocess, a server, or another peer. Thread-safe. When its
/// service goes away, its streams end with {@link BackendLostException} and its memory is freed.
@ConsumerType
public interface InferenceBackend {

    /// Unique and stable on a node: `cpu`, `cuda`, `ollama`.
    String id();

    BackendCapabilities capabilities();

    /// Whether this backend can serve the model now, judged from the description alone.
    Verdict canServe(Model model);

    /// Loads a model, or returns it at once if it is loaded: one weight copy for all callers.
    ///
    /// @throws dev.mens.diagnostics.ProblemException if the model's files are not sound
    LoadedModel load(Model model) throws IOException;

    /// Starts to continue a prompt. Returns before the first token.
    ///
    /// @throws dev.mens.diagnostics.ProblemException vox/inference/context-overflow and other
    ///     faults of the prompt
    TokenStream predict(LoadedModel model, Prompt prompt, SamplingParams sampling)
            throws IOException;

    /// One vector for each text, with the pooling that the model's folder asks for.
    ///
    /// @return `[texts][dimensions]`
    /// @throws dev.mens.diagnostics.ProblemException vox/inference/not-an-encoder
    List<float[]> embed(LoadedModel model, List<String> texts)
            throws IOException, InterruptedException;

    /// Frees the model once its running streams have ended. Unknown models are ignored.
    void unload(LoadedModel model);
}
