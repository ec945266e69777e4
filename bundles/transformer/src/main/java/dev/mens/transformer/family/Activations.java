package dev.mens.transformer.family;

import dev.mens.compute.Network.Activation;
import dev.mens.transformer.config.Config;

/// Activations by their names in transformers.
final class Activations {
    private Activations() {}

    static Activation named(Config config, String key, String name) {
        return switch (name) {
            case "silu", "swish" -> Activation.SILU;
            case "gelu" -> Activation.GELU;
            case "gelu_pytorch_tanh", "gelu_new", "gelu_fast" -> Activation.GELU_TANH;
            case "relu" -> Activation.RELU;
            case String other ->
                    throw config.bad(key, other, "silu, gelu, gelu_pytorch_tanh or relu");
        };
    }
}
