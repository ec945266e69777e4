package dev.mens.inference;

import dev.mens.compute.Kernels;
import dev.mens.model.Model;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The engines of a device backend: one for each model, shared by all callers. Thread-safe.
public final class SharedEngines implements AutoCloseable {
    private final Transformer transformer;
    private final String backend;
    private final Map<String, SharedEngine> engines = new HashMap<>();
    private boolean gone;

    /// @param backend id of the backend, for messages
    public SharedEngines(Transformer transformer, String backend) {
        this.transformer = transformer;
        this.backend = backend;
    }

    /// @see InferenceBackend#load
    public LoadedModel load(Model model, Kernels kernels) throws IOException {
        synchronized (engines) {
            if (gone) {
                throw new BackendLostException(backend, "its bundle stopped");
            }
            var present = engines.get(model.id());
            if (present != null) {
                return present;
            }
            var engine = new SharedEngine(transformer.open(model, kernels, backend), backend);
            engines.put(model.id(), engine);
            return engine;
        }
    }

    /// @see InferenceBackend#predict
    public TokenStream predict(LoadedModel model, Prompt prompt, SamplingParams sampling)
            throws BackendLostException {
        return mine(model).predict(prompt, sampling);
    }

    /// @see InferenceBackend#embed
    public List<float[]> embed(LoadedModel model, List<String> texts)
            throws BackendLostException, InterruptedException {
        return mine(model).embed(texts);
    }

    /// @see InferenceBackend#unload
    public void unload(LoadedModel model) {
        if (model instanceof SharedEngine engine) {
            synchronized (engines) {
                engines.remove(model.model().id(), engine);
            }
            engine.retire();
        }
    }

    /// Ends every stream and frees all memory.
    @Override
    public void close() {
        List<SharedEngine> all;
        synchronized (engines) {
            gone = true;
            all = List.copyOf(engines.values());
            engines.clear();
        }
        all.forEach(SharedEngine::close);
    }

    private SharedEngine mine(LoadedModel model) throws BackendLostException {
        if (model instanceof SharedEngine engine) {
            return engine;
        }
        throw new BackendLostException(backend, "the model was loaded by an earlier version");
    }
}
