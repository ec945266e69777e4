package dev.mens.content;

/// How a model's SafeTensors lie in files.
public sealed interface WeightFormat {

    /// One file, `model.safetensors`.
    record Single() implements WeightFormat {}

    /// Several files.
    ///
    /// @param index of `model.safetensors.index.json`
    record Sharded(ContentId index) implements WeightFormat {}
}
