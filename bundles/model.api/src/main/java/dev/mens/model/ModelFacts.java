package dev.mens.model;

/// What config.json and the weight headers say of a model.
///
/// @param family `model_type` of config.json: `llama`, `qwen3`, `bert`
/// @param parameters elements of all weight tensors
/// @param weightBytes bytes of all weight tensors as stored
/// @param contextTokens the longest sequence the model was made for
/// @param keyValueBytesPerToken of the cache in F16, so that memory can be planned
/// @param encoder true if it embeds text instead of continuing it
public record ModelFacts(
        String family,
        long parameters,
        long weightBytes,
        int contextTokens,
        long keyValueBytesPerToken,
        Quantization quantization,
        boolean encoder) {}
