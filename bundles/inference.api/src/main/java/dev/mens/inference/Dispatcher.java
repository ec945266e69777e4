package dev.mens.inference;

import dev.mens.model.Model;
import java.io.IOException;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/// Chooses a backend for each request and keeps the stream alive when backends come and go.
@ProviderType
public interface Dispatcher {

    /// Starts a generation on the best backend. If that backend goes away, the stream goes on
    /// elsewhere from the tokens so far.
    ///
    /// @throws dev.mens.diagnostics.ProblemException vox/inference/no-backend, with every backend's
    ///     reason
    TokenStream submit(Model model, Prompt prompt, SamplingParams sampling) throws IOException;

    /// As {@link #submit}, but on this one backend: if it goes away, the stream ends.
    ///
    /// @throws BackendLostException if there is no such backend, now or later in the stream
    TokenStream submitTo(String backend, Model model, Prompt prompt, SamplingParams sampling)
            throws IOException;

    /// @see InferenceBackend#embed
    List<float[]> embed(Model model, List<String> texts) throws IOException, InterruptedException;

    /// Where a request would run, best first, without running it.
    List<Candidate> route(Model model);

    /// Every backend present, by name, with what it serves now and what befell its streams.
    List<BackendStatus> backends();

    /// As {@link #backends}, without those of peers.
    List<BackendStatus> ownBackends();

    /// Frees a model on every backend that has it loaded.
    void unload(Model model);

    record Candidate(String backend, Verdict verdict) {}

    /// @param movedIn streams taken over from a backend that went away
    /// @param since when the service appeared
    record BackendStatus(
            String id,
            BackendCapabilities capabilities,
            List<String> loadedModels,
            int activeStreams,
            long movedIn,
            java.time.Instant since) {}
}
