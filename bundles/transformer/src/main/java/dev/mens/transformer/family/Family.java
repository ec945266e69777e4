package dev.mens.transformer.family;

import dev.mens.compute.Network.Activation;
import dev.mens.transformer.config.Config;

/// What distinguishes one family of decoders from another; all else is as in Llama. A family
/// is data: {@link DecoderMapping} reads it, nothing extends it.
///
/// @param norms where the branches of a layer are normalized
/// @param normOffset added to every RMS gain
/// @param headNorms whether queries and keys are normalized (`q_norm`, `k_norm`)
/// @param biases which projections of the attention have one
/// @param fused whether query, key and value, and gate and up, are each stored as one matrix
/// @param experts how a layer's experts are named; absent in dense families
/// @param windows which layers see only the latest tokens
/// @param scales multipliers of the residual stream
/// @param softCaps whether config.json may cap scores and logits
/// @param activationKey of config.json
/// @param activation if config.json names none
/// @param headSize if config.json gives no head_dim; 0 means hidden size by heads
/// @param ropeTheta if config.json gives none
/// @param localRopeTheta of layers with a window, if config.json gives none; 0 means that they
///     turn like the others
/// @param tied whether embedding and head share their weight if config.json does not say
record Family(
        Norms norms,
        float normOffset,
        boolean headNorms,
        Biases biases,
        boolean fused,
        ExpertNames experts,
        Windows windows,
        Scales scales,
        boolean softCaps,
        String activationKey,
        Activation activation,
        int headSize,
        double ropeTheta,
        double localRopeTheta,
        boolean tied) {

    enum Norms {
        /// Before attention and before the mixer.
        BEFORE,
        /// Behind attention and behind the mixer, before the sum.
        AFTER,
        BOTH
    }

    enum Biases {
        NONE,
        QUERY_KEY_VALUE,
        /// All four if `attention_bias` says so.
        BY_CONFIG
    }

    enum ExpertNames {
        NO_EXPERTS,
        /// `block_sparse_moe.experts.N.w1`, `w3`, `w2`; every layer; weights always sum to 1.
        MIXTRAL,
        /// `mlp.experts.N.gate_proj`, …; some layers may be dense.
        QWEN
    }

    enum Scales {
        PLAIN,
        /// Embeddings by √hidden, scores by 1/√query_pre_attn_scalar.
        GEMMA,
        /// Four multipliers in config.json.
        GRANITE
    }

    static Builder llama() {
        return new Builder();
    }

    float embeddingScale(Config config, int hidden) {
        return switch (scales) {
            case PLAIN -> 1;
            case GEMMA -> (float) Math.sqrt(hidden);
            case GRANITE -> (float) config.positive("embedding_multiplier", 1);
        };
    }

    float scoreScale(Config config, int headSize) {
        return switch (scales) {
            case PLAIN -> (float) (1 / Math.sqrt(headSize));
            case GEMMA ->
                    (float) (1 / Math.sqrt(config.positive("query_pre_attn_scalar", headSize)));
            case GRANITE -> (float) config.positive("attention_multiplier", 1);
        };
    }

    float residualScale(Config config) {
        return switch (scales) {
            case PLAIN, GEMMA -> 1;
            case GRANITE -> (float) config.positive("residual_multiplier", 1);
        };
    }

    float logitScale(Config config) {
        return switch (scales) {
            case PLAIN, GEMMA -> 1;
            case GRANITE -> (float) (1 / config.positive("logits_scaling", 1));
        };
    }

    /// Starts as Llama; each call states one difference.
    static final class Builder {
        private Norms norms = Norms.BEFORE;
        private float normOffset;
        private boolean headNorms;
        private Biases biases = Biases.BY_CONFIG;
        private boolean fused;
        private ExpertNames experts = ExpertNames.NO_EXPERTS;
        private Windows windows = Windows.NONE;
        private Scales scales = Scales.PLAIN;
        private boolean softCaps;
        private String activationKey = "hidden_act";
        private Activation activation = Activation.SILU;
        private int headSize;
        private double ropeTheta = 10_000;
        private double localRopeTheta;
        private boolean tied;

        private Builder() {}

        Builder norms(Norms value, float offset) {
            norms = value;
            normOffset = offset;
            return this;
        }

        Builder headNorms() {
            headNorms = true;
            return this;
        }

        Builder biases(Biases value) {
            biases = value;
            return this;
        }

        Builder fused() {
            fused = true;
            return this;
        }

        Builder experts(ExpertNames value) {
            experts = value;
            return this;
        }

        Builder windows(Windows value) {
            windows = value;
            return this;
        }

        Builder scales(Scales value) {
            scales = value;
            return this;
        }

        Builder softCaps() {
            softCaps = true;
            return this;
        }

        Builder activation(String key, Activation value) {
            activationKey = key;
            activation = value;
            return this;
        }

        Builder headSize(int value) {
            headSize = value;
            return this;
        }

        Builder ropeTheta(double value) {
            ropeTheta = value;
            return this;
        }

        Builder localRopeTheta(double value) {
            localRopeTheta = value;
            return this;
        }

        Builder tied() {
            tied = true;
            return this;
        }

        Family build() {
            return new Family(
                    norms,
                    normOffset,
                    headNorms,
                    biases,
                    fused,
                    experts,
                    windows,
                    scales,
                    softCaps,
                    activationKey,
                    activation,
                    headSize,
                    ropeTheta,
                    localRopeTheta,
                    tied);
        }
    }
}
