package dev.mens.backend.cpu;

import dev.mens.backend.cpu.memory.PanelShelf;
import dev.mens.backend.cpu.vector.CacheChoice;
import dev.mens.compute.Hardware;
import dev.mens.compute.Kernels;
import dev.mens.inference.BackendCapabilities;
import dev.mens.inference.InferenceBackend;
import dev.mens.inference.LoadedModel;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.SharedEngines;
import dev.mens.inference.TokenStream;
import dev.mens.inference.Transformer;
import dev.mens.inference.Verdict;
import dev.mens.model.Model;
import dev.mens.model.Quantization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/// Runs models on the processor: one engine for each model, shared by all callers.
@Component(configurationPid = CpuConfig.PID)
@Designate(ocd = CpuConfig.class)
public final class CpuBackend implements InferenceBackend {
    static final String ID = "cpu";

    /// The context that a session is sure to get; more is used as memory allows.
    private static final int PLANNED_TOKENS = 4096;

    private static final Set<Quantization> QUANTIZATIONS =
            Set.copyOf(EnumSet.allOf(Quantization.class));

    private final Transformer transformer;
    private final Hardware hardware;
    private final Kernels kernels;
    private final SharedEngines engines;

    @Activate
    public CpuBackend(
            @Reference(name = "transformer") Transformer transformer,
            @Reference(name = "hardware") Hardware hardware,
            BundleContext context,
            CpuConfig config) {
        this(transformer, hardware, KernelSets.cache(config.keysAndValues()), shelf(context));
    }

    /// @param cache how keys and values are kept
    /// @param shelf where repacked weights are kept from start to start
    public CpuBackend(
            Transformer transformer,
            Hardware hardware,
            CacheChoice cache,
            Optional<PanelShelf> shelf) {
        this(
                transformer,
                hardware,
                KernelSets.best(Runtime.getRuntime().availableProcessors(), cache, shelf));
    }

    CpuBackend(Transformer transformer, Hardware hardware, Kernels kernels) {
        this.transformer = transformer;
        this.hardware = hardware;
        this.kernels = kernels;
        engines = new SharedEngines(transformer, ID);
    }

    /// A node without a home keeps nothing.
    private static Optional<PanelShelf> shelf(BundleContext context) {
        return Optional.ofNullable(context.getProperty("mens.home"))
                .map(home -> new PanelShelf(Path.of(home, "cache", "bundles")));
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public BackendCapabilities capabilities() {
        return new BackendCapabilities(0, 0, memoryBytes(), 0, true, QUANTIZATIONS, kernels.name());
    }

    @Override
    public Verdict canServe(Model model) {
        var facts = model.facts();
        var known = transformer.knows(model);
        if (known instanceof Verdict.No) {
            return known;
        }
        long planned = Math.min(facts.contextTokens(), PLANNED_TOKENS);
        // The cache may be kept in F32, twice the F16 size that the facts state.
        long needed = facts.weightBytes() + 2 * planned * facts.keyValueBytesPerToken();
        long memory = memoryBytes();
        if (needed > memory) {
            return new Verdict.No(
                    "needs %s MB for weights and a context of %s tokens, of %s MB of memory"
                            .formatted(needed >> 20, planned, memory >> 20));
        }
        return new Verdict.Yes(kernels.name() + ", " + (needed >> 20) + " MB");
    }

    @Override
    public LoadedModel load(Model model) throws IOException {
        return engines.load(model, kernels);
    }

    @Override
    public TokenStream predict(LoadedModel model, Prompt prompt, SamplingParams sampling)
            throws IOException {
        return engines.predict(model, prompt, sampling);
    }

    @Override
    public List<float[]> embed(LoadedModel model, List<String> texts)
            throws IOException, InterruptedException {
        return engines.embed(model, texts);
    }

    @Override
    public void unload(LoadedModel model) {
        engines.unload(model);
    }

    /// Ends every stream and frees all memory.
    @Deactivate
    public void close() {
        engines.close();
        if (kernels instanceof KernelSet owner) {
            owner.close();
        }
    }

    private long memoryBytes() {
        return hardware.report().processor().memoryBytes();
    }
}
