package dev.mens.transformer.family;

import dev.mens.compute.Network;
import dev.mens.compute.Network.Activation;
import dev.mens.compute.Network.Attention;
import dev.mens.compute.Network.Expert;
import dev.mens.compute.Network.Experts;
import dev.mens.compute.Network.FeedForward;
import dev.mens.compute.Network.Linear;
import dev.mens.compute.Network.Mixer;
import dev.mens.compute.Network.Norm;
import dev.mens.compute.Network.Residual;
import dev.mens.compute.Network.Rope;
import dev.mens.compute.Tensor;
import dev.mens.transformer.TransformerProblem;
import dev.mens.transformer.config.Config;
import dev.mens.transformer.family.Family.Biases;
import dev.mens.transformer.family.Family.ExpertNames;
import dev.mens.transformer.family.Family.Norms;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// Reads one decoder: its family's differences, its config's sizes, its tensors.
final class DecoderMapping {
    private final Family family;
    private final Config config;
    private final ModelTensors tensors;
    private final int hidden;
    private final int heads;
    private final int keyHeads;
    private final int headSize;
    private final float epsilon;
    private final float residualScale;

    DecoderMapping(Family family, Config config, ModelTensors tensors) {
        this.family = family;
        this.config = config;
        this.tensors = tensors;
        hidden = config.size("hidden_size");
        heads = config.size("num_attention_heads");
        keyHeads = config.size("num_key_value_heads", heads);
        if (heads % keyHeads != 0) {
            throw config.bad("num_key_value_heads", keyHeads, "a divisor of the heads, " + heads);
        }
        headSize = headSize();
        epsilon = (float) config.positive("rms_norm_eps", 1e-6);
        residualScale = family.residualScale(config);
    }

    Network read(String name) {
        if (config.flag("use_bidirectional_attention", false)) {
            throw TransformerProblem.UNSUPPORTED_FEATURE.with(
                    "config.json", "attention in both directions");
        }
        int vocabulary = config.size("vocab_size");
        var embedding = tensors.paddedMatrix("embed_tokens.weight", vocabulary, hidden);
        int count = config.size("num_hidden_layers");
        var ropes = new Ropes(config, family, headSize);
        var full = ropes.rope(false);
        var sliding = ropes.rope(true);
        var layers = new ArrayList<Network.Layer>();
        for (int layer = 0; layer < count; layer++) {
            boolean slides = family.windows().slides(config, layer);
            layers.add(new Network.Layer(attention(layer, slides ? sliding : full), mixer(layer)));
        }
        return new Network(
                name,
                hidden,
                vocabulary,
                config.size("max_position_embeddings"),
                new Network.Embedding(
                        embedding, family.embeddingScale(config, hidden), null, null, null),
                layers,
                head(vocabulary, embedding));
    }

    private int headSize() {
        if (config.has("head_dim")) {
            return config.size("head_dim");
        }
        if (family.headSize() > 0) {
            return family.headSize();
        }
        if (hidden % heads != 0) {
            throw config.bad("hidden_size", hidden, "a multiple of the heads, " + heads);
        }
        return hidden / heads;
    }

    private Attention attention(int layer, Rope rope) {
        var at = "layers." + layer + ".self_attn.";
        long queryRows = (long) heads * headSize;
        long keyRows = (long) keyHeads * headSize;
        boolean byConfig =
                family.biases() == Biases.BY_CONFIG && config.flag("attention_bias", false);
        boolean inputs = byConfig || family.biases() == Biases.QUERY_KEY_VALUE;
        Linear query;
        Linear key;
        Linear value;
        if (family.fused()) {
            long end = queryRows + 2 * keyRows;
            var all = tensors.matrix(at + "qkv_proj.weight", end, hidden);
            query = new Linear(all.rows(0, queryRows), null);
            key = new Linear(all.rows(queryRows, queryRows + keyRows), null);
            value = new Linear(all.rows(queryRows + keyRows, end), null);
        } else {
            query = linear(at + "q_proj", queryRows, hidden, inputs);
            key = linear(at + "k_proj", keyRows, hidden, inputs);
            value = linear(at + "v_proj", keyRows, hidden, inputs);
        }
        return new Attention(
                residual(layer, "input_layernorm", "post_attention_layernorm"),
                query,
                key,
                value,
                linear(at + "o_proj", hidden, queryRows, byConfig),
                heads,
                keyHeads,
                headSize,
                headNorm(at + "q_norm", queryRows),
                headNorm(at + "k_norm", keyRows),
                rope,
                family.scoreScale(config, headSize),
                softCap("attn_logit_softcapping"),
                family.windows().tokens(config, layer),
                true);
    }

    private Mixer mixer(int layer) {
        var residual =
                family.norms() == Norms.BEFORE
                        ? residual(layer, "post_attention_layernorm", "")
                        : residual(
                                layer, "pre_feedforward_layernorm", "post_feedforward_layernorm");
        if (hasExperts(layer)) {
            return experts(layer, residual);
        }
        var at = "layers." + layer + ".mlp.";
        int inner = config.size("intermediate_size");
        boolean bias = config.flag("mlp_bias", false);
        var down = linear(at + "down_proj", hidden, inner, bias);
        if (family.fused()) {
            var both = tensors.matrix(at + "gate_up_proj.weight", 2L * inner, hidden);
            return new FeedForward(
                    residual,
                    new Linear(both.rows(0, inner), null),
                    new Linear(both.rows(inner, 2L * inner), null),
                    down,
                    activation());
        }
        return new FeedForward(
                residual,
                linear(at + "gate_proj", inner, hidden, bias),
                linear(at + "up_proj", inner, hidden, bias),
                down,
                activation());
    }

    private boolean hasExperts(int layer) {
        return switch (family.experts()) {
            case NO_EXPERTS -> false;
            case MIXTRAL -> true;
            case QWEN ->
                    !config.indices("mlp_only_layers").contains(layer)
                            && (layer + 1) % config.size("decoder_sparse_step", 1) == 0;
        };
    }

    private Experts experts(int layer, Residual residual) {
        boolean mixtral = family.experts() == ExpertNames.MIXTRAL;
        var at = "layers." + layer + (mixtral ? ".block_sparse_moe." : ".mlp.");
        var counter = config.has("num_experts") ? "num_experts" : "num_local_experts";
        int count = config.size(counter);
        int chosen = config.size("num_experts_per_tok");
        if (chosen > count) {
            throw config.bad("num_experts_per_tok", chosen, "at most " + counter + ", " + count);
        }
        int inner = config.size(mixtral ? "intermediate_size" : "moe_intermediate_size");
        var router = new Linear(tensors.matrix(at + "gate.weight", count, hidden), null);
        var experts = new ArrayList<Expert>();
        for (int e = 0; e < count; e++) {
            var of = at + "experts." + e + ".";
            experts.add(
                    new Expert(
                            linear(of + (mixtral ? "w1" : "gate_proj"), inner, hidden, false),
                            linear(of + (mixtral ? "w3" : "up_proj"), inner, hidden, false),
                            linear(of + (mixtral ? "w2" : "down_proj"), hidden, inner, false)));
        }
        boolean renormalize = mixtral || config.flag("norm_topk_prob", false);
        return new Experts(residual, router, experts, chosen, renormalize, activation());
    }

    private Network.Head head(int vocabulary, Tensor embedding) {
        var weight =
                config.flag("tie_word_embeddings", family.tied())
                        ? embedding
                        : tensors.withoutPrefix(headPrefix())
                                .paddedMatrix("lm_head.weight", vocabulary, hidden);
        return new Network.Head(
                norm("norm"),
                new Linear(weight, null),
                family.logitScale(config),
                softCap("final_logit_softcapping"));
    }

    /// The head lies beside the model, not in it.
    private String headPrefix() {
        return tensors.prefix().equals("language_model.model.") ? "language_model." : "";
    }

    private Residual residual(int layer, String before, String after) {
        var at = "layers." + layer + ".";
        boolean hasBefore = family.norms() != Norms.AFTER;
        boolean hasAfter = family.norms() != Norms.BEFORE;
        return new Residual(
                hasBefore ? norm(at + before) : null,
                hasAfter ? norm(at + after) : null,
                null,
                residualScale);
    }

    private Norm norm(String name) {
        return rms(name, hidden);
    }

    /// Either one gain for each element of a head, or one for each of the whole projection.
    private @Nullable Norm headNorm(String name, long wholeLength) {
        if (!family.headNorms()) {
            return null;
        }
        return rms(name, family.norms() == Norms.AFTER ? wholeLength : headSize);
    }

    private Norm rms(String name, long length) {
        return new Norm.Rms(tensors.vector(name + ".weight", length), family.normOffset(), epsilon);
    }

    private Linear linear(String name, long outputs, long inputs, boolean needsBias) {
        return new Linear(
                tensors.matrix(name + ".weight", outputs, inputs),
                tensors.vector(name + ".bias", outputs, needsBias));
    }

    private float softCap(String key) {
        return family.softCaps() && config.has(key) ? (float) config.positive(key) : 0;
    }

    private Activation activation() {
        var name = config.text(family.activationKey());
        return name.isEmpty()
                ? family.activation()
                : Activations.named(config, family.activationKey(), name.get());
    }
}
