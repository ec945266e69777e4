package dev.mens.model;

/// The one list of tags for how a model's weights are stored; mixtures carry the tag of the recipe.
public enum Quantization {
    F32,
    F16,
    BF16,
    Q8_0,
    Q6_K,
    Q5_K_M,
    Q5_1,
    Q5_0,
    Q4_K_M,
    Q4_1,
    Q4_0,
    Q3_K_M,
    Q2_K,
    NF4,
    /// Anything else, for instance several plain types in one file.
    MIXED
}
