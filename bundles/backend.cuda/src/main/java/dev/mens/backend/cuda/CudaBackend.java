package dev.mens.backend.cuda;

import dev.mens.backend.cuda.gpu.Gpus;
import dev.mens.backend.cuda.gpu.Gpus.Probed;
import dev.mens.backend.cuda.jcuda.JcudaGpus;
import dev.mens.backend.cuda.memory.Sizes;
import dev.mens.backend.cuda.program.CudaKernels;
import dev.mens.backend.cuda.program.Precision;
import dev.mens.compute.Hardware;
import dev.mens.inference.BackendCapabilities;
import dev.mens.inference.BackendLostException;
import dev.mens.inference.InferenceBackend;
import dev.mens.inference.LoadedModel;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.SharedEngines;
import dev.mens.inference.TokenStream;
import dev.mens.inference.Transformer;
import dev.mens.inference.Verdict;
import dev.mens.model.Model;
import dev.mens.model.ModelFacts;
import dev.mens.model.Quantization;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/// Runs models on NVIDIA devices. On a machine without one it is there all the same, serves
/// nothing and says why. The devices are looked for when somebody first asks, so that a node
/// starts as fast with the backend as without.
@Component
public final class CudaBackend implements InferenceBackend {
    private static final String ID = "cuda";

    /// The context that a session is sure to get; more is used as memory allows.
    private static final int PLANNED_TOKENS = 4096;

    private static final Set<Quantization> QUANTIZATIONS = Set.of(Quantization.values());

    private final Transformer transformer;
    private final Hardware hardware;
    private final Gpus gpus;
    private final SharedEngines engines;

    @Activate
    public CudaBackend(
            @Reference(name = "transformer") Transformer transformer,
            @Reference(name = "hardware") Hardware hardware) {
        this(transformer, hardware, new JcudaGpus());
    }

    CudaBackend(Transformer transformer, Hardware hardware, Gpus gpus) {
        this.transformer = transformer;
        this.hardware = hardware;
        this.gpus = gpus;
        engines = new SharedEngines(transformer, ID);
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public BackendCapabilities capabilities() {
        return switch (gpus.probe()) {
            case Probed.Nothing(var diagnostic) ->
                    new BackendCapabilities(0, 0, 0, 0, true, Set.of(), diagnostic);
            case Probed.Found found ->
                    new BackendCapabilities(
                            hardware.report().cudaTier(),
                            0,
                            found.memoryBytes(),
                            0,
                            true,
                            QUANTIZATIONS,
                            detail(found));
        };
    }

    private static String detail(Probed.Found found) {
        var names = found.devices().stream().map(device -> device.name()).toList();
        return "%s: %s, CUDA %s"
                .formatted(
                        found.devices().getFirst().architecture(),
                        String.join(", ", names),
                        found.driver());
    }

    @Override
    public Verdict canServe(Model model) {
        return switch (gpus.probe()) {
            case Probed.Nothing(var diagnostic) -> new Verdict.No(diagnostic);
            case Probed.Found found -> canServe(model, found);
        };
    }

    private Verdict canServe(Model model, Probed.Found found) {
        var facts = model.facts();
        var known = transformer.knows(model);
        if (known instanceof Verdict.No) {
            return known;
        }
        long planned = Math.min(facts.contextTokens(), PLANNED_TOKENS);
        long needed = residentBytes(facts) + planned * facts.keyValueBytesPerToken();
        if (needed > found.memoryBytes()) {
            return new Verdict.No(
                    "needs %s for weights and a context of %d tokens, of %s"
                            .formatted(Sizes.of(needed), planned, Sizes.of(found.memoryBytes())));
        }
        return new Verdict.Yes(detail(found) + ", " + Sizes.of(needed));
    }

    /// Of the weights on a device, at most. What no kernel reads becomes BF16 there.
    private static long residentBytes(ModelFacts facts) {
        long inBf16 = facts.parameters() * Short.BYTES;
        return switch (facts.quantization()) {
            case F16, BF16, Q8_0, Q4_0, NF4 -> facts.weightBytes();
            // Blocks of Q6_K take 224 bytes instead of 210.
            case Q6_K, Q4_K_M -> facts.weightBytes() / 15 * 16;
            case F32 -> inBf16;
            case Q5_K_M, Q5_1, Q5_0, Q4_1, Q3_K_M, Q2_K, MIXED ->
                    Math.max(facts.weightBytes(), inBf16);
        };
    }

    @Override
    public LoadedModel load(Model model) throws IOException {
        return switch (gpus.probe()) {
            case Probed.Nothing(var diagnostic) -> throw new BackendLostException(ID, diagnostic);
            case Probed.Found found ->
                    engines.load(model, new CudaKernels(gpus, found.devices(), Precision.FAST));
        };
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
        gpus.close();
    }
}
