package dev.mens.backend.cpu.vector;

import dev.mens.compute.Network;

/// Which {@link CacheType} programs take.
public enum CacheChoice {
    /// Halves where weights are quantized, which costs a hundred times what halves do; otherwise
    /// floats.
    AUTO,
    F32,
    F16;

    CacheType of(Network network) {
        return switch (this) {
            case AUTO -> quantized(network) ? CacheType.F16 : CacheType.F32;
            case F32 -> CacheType.F32;
            case F16 -> CacheType.F16;
        };
    }

    private static boolean quantized(Network network) {
        return network.layers().stream()
                .anyMatch(layer -> layer.attention().key().weight().dtype().quantized());
    }

    /// Appended to a kernel set's name.
    String suffix() {
        return switch (this) {
            case AUTO -> "";
            case F32 -> "+kv-f32";
            case F16 -> "+kv-f16";
        };
    }
}
