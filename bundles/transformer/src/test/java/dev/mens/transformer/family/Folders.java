package dev.mens.transformer.family;

import dev.mens.compute.DType;
import dev.mens.compute.Network;
import dev.mens.compute.Shape;
import dev.mens.compute.Tensor;
import dev.mens.model.Weights;
import dev.mens.transformer.config.Config;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A tiny Llama as config and tensors, for tests to spoil.
final class Folders {
    static final String CONFIG =
            """
            {"model_type": "llama", "hidden_size": 8, "num_attention_heads": 4,
             "num_key_value_heads": 2, "num_hidden_layers": 2, "intermediate_size": 12,
             "vocab_size": 10, "max_position_embeddings": 64, "rms_norm_eps": 1e-5,
             "rope_theta": 10000.0, "tie_word_embeddings": false}
            """;

    private Folders() {}

    static Network network(Path folder, String config, Weights weights) throws IOException {
        var file = folder.resolve("config.json");
        Files.writeString(file, config);
        return Architectures.network("tiny", Config.read(file), weights);
    }

    static Named llama() {
        var weights = new Named();
        weights.put("model.embed_tokens.weight", 10, 8);
        for (int layer = 0; layer < 2; layer++) {
            var at = "model.layers." + layer + ".";
            weights.put(at + "input_layernorm.weight", 8);
            weights.put(at + "post_attention_layernorm.weight", 8);
            weights.put(at + "self_attn.q_proj.weight", 8, 8);
            weights.put(at + "self_attn.k_proj.weight", 4, 8);
            weights.put(at + "self_attn.v_proj.weight", 4, 8);
            weights.put(at + "self_attn.o_proj.weight", 8, 8);
            weights.put(at + "mlp.gate_proj.weight", 12, 8);
            weights.put(at + "mlp.up_proj.weight", 12, 8);
            weights.put(at + "mlp.down_proj.weight", 8, 12);
        }
        weights.put("model.norm.weight", 8);
        weights.put("lm_head.weight", 10, 8);
        return weights;
    }

    /// Tensors by name, all zero.
    static final class Named implements Weights {
        private final Map<String, Tensor> tensors = new LinkedHashMap<>();

        void put(String name, long... sizes) {
            var shape = new Shape(sizes);
            var data = MemorySegment.ofArray(new float[(int) shape.elements()]);
            tensors.put(name, new Tensor(name, DType.F32, shape, data));
        }

        void remove(String name) {
            tensors.remove(name);
        }

        @Override
        public Set<String> names() {
            return tensors.keySet();
        }

        @Override
        public Optional<Tensor> find(String name) {
            return Optional.ofNullable(tensors.get(name));
        }

        @Override
        public Tensor tensor(String name) {
            throw new AssertionError(name);
        }

        @Override
        public Map<String, String> metadata() {
            return Map.of();
        }

        @Override
        public void close() {}
    }
}
