package dev.mens.transformer.engine;

import dev.mens.compute.Kernels;
import dev.mens.inference.Transformer;
import dev.mens.inference.Verdict;
import dev.mens.model.ChatTemplates;
import dev.mens.model.Model;
import dev.mens.model.Tokenizers;
import dev.mens.model.WeightFiles;
import dev.mens.transformer.family.Architectures;
import java.io.IOException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/// Opens model folders of the known families on any kernels.
@Component
public final class BatchingTransformer implements Transformer {
    private final WeightFiles weightFiles;
    private final Tokenizers tokenizers;
    private final ChatTemplates chatTemplates;
    private final int leastContextTokens;

    @Activate
    public BatchingTransformer(
            @Reference(name = "weightFiles") WeightFiles weightFiles,
            @Reference(name = "tokenizers") Tokenizers tokenizers,
            @Reference(name = "chatTemplates") ChatTemplates chatTemplates) {
        this(weightFiles, tokenizers, chatTemplates, 0);
    }

    /// @param leastContextTokens a context to allow even where the config gives a shorter one, as
    ///     goldens that were made beyond it need
    public BatchingTransformer(
            WeightFiles weightFiles,
            Tokenizers tokenizers,
            ChatTemplates chatTemplates,
            int leastContextTokens) {
        this.weightFiles = weightFiles;
        this.tokenizers = tokenizers;
        this.chatTemplates = chatTemplates;
        this.leastContextTokens = leastContextTokens;
    }

    @Override
    public Verdict knows(Model model) {
        var family = model.facts().family();
        return Architectures.knows(family)
                ? new Verdict.Yes("family " + family)
                : new Verdict.No("family " + family + " is none of " + Architectures.known());
    }

    @Override
    public Engine open(Model model, Kernels kernels, String backend) throws IOException {
        var parts =
                ModelParts.open(model, weightFiles, tokenizers, chatTemplates, leastContextTokens);
        return BatchEngine.start(parts, kernels, backend);
    }
}
