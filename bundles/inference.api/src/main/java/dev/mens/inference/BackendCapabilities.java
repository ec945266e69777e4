package dev.mens.inference;

import dev.mens.model.Quantization;
import java.util.Set;

/// What a backend can do, so that the dispatcher plans without loading anything.
///
/// @param cudaTier 0 to 100, as probed; 0 if it does not use CUDA
/// @param metalTier 0 to 100, as probed; 0 if it does not use Metal
/// @param memoryBytes that weights and caches may take
/// @param maxContextTokens 0 for no limit of its own
/// @param quantizations that it computes with
/// @param detail the kernels or server behind it, for people: `cpu/vector-512`
public record BackendCapabilities(
        int cudaTier,
        int metalTier,
        long memoryBytes,
        int maxContextTokens,
        boolean streaming,
        Set<Quantization> quantizations,
        String detail) {
    public BackendCapabilities {
        quantizations = Set.copyOf(quantizations);
    }
}
