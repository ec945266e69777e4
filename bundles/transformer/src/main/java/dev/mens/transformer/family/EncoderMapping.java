package dev.mens.transformer.family;

import dev.mens.compute.Network;
import dev.mens.compute.Network.Attention;
import dev.mens.compute.Network.FeedForward;
import dev.mens.compute.Network.Linear;
import dev.mens.compute.Network.Norm;
import dev.mens.compute.Network.Residual;
import dev.mens.transformer.TransformerProblem;
import dev.mens.transformer.config.Config;
import java.util.ArrayList;

/// Reads one encoder of the BERT family.
final class EncoderMapping {
    private final Config config;
    private final ModelTensors tensors;
    private final int firstPosition;
    private final int hidden;
    private final int heads;
    private final float epsilon;

    EncoderMapping(Config config, ModelTensors tensors, int firstPosition) {
        this.config = config;
        this.tensors = tensors;
        this.firstPosition = firstPosition;
        hidden = config.size("hidden_size");
        heads = config.size("num_attention_heads");
        if (hidden % heads != 0) {
            throw config.bad("hidden_size", hidden, "a multiple of the heads, " + heads);
        }
        epsilon = (float) config.positive("layer_norm_eps", 1e-12);
    }

    Network read(String name) {
        var kind = config.text("position_embedding_type").orElse("absolute");
        if (!kind.equals("absolute")) {
            throw TransformerProblem.UNSUPPORTED_FEATURE.with(
                    "config.json", "position embeddings of type " + kind);
        }
        int vocabulary = config.size("vocab_size");
        int positions = config.size("max_position_embeddings");
        if (positions <= firstPosition) {
            throw config.bad("max_position_embeddings", positions, "above " + firstPosition);
        }
        var layers = new ArrayList<Network.Layer>();
        int count = config.size("num_hidden_layers");
        for (int layer = 0; layer < count; layer++) {
            var at = "encoder.layer." + layer + ".";
            layers.add(new Network.Layer(attention(at), mixer(at)));
        }
        return new Network(
                name,
                hidden,
                vocabulary,
                positions - firstPosition,
                embedding(vocabulary, positions),
                layers,
                null);
    }

    private Network.Embedding embedding(int vocabulary, int positions) {
        int types = config.size("type_vocab_size", 2);
        return new Network.Embedding(
                tensors.paddedMatrix("embeddings.word_embeddings.weight", vocabulary, hidden),
                1,
                tensors.matrix("embeddings.position_embeddings.weight", positions, hidden)
                        .rows(firstPosition, positions),
                tensors.matrix("embeddings.token_type_embeddings.weight", types, hidden).rows(0, 1),
                norm("embeddings.LayerNorm"));
    }

    private Attention attention(String at) {
        int headSize = hidden / heads;
        return new Attention(
                behindSum(at + "attention.output.LayerNorm"),
                linear(at + "attention.self.query", hidden, hidden),
                linear(at + "attention.self.key", hidden, hidden),
                linear(at + "attention.self.value", hidden, hidden),
                linear(at + "attention.output.dense", hidden, hidden),
                heads,
                heads,
                headSize,
                null,
                null,
                null,
                (float) (1 / Math.sqrt(headSize)),
                0,
                0,
                false);
    }

    private FeedForward mixer(String at) {
        int inner = config.size("intermediate_size");
        return new FeedForward(
                behindSum(at + "output.LayerNorm"),
                null,
                linear(at + "intermediate.dense", inner, hidden),
                linear(at + "output.dense", hidden, inner),
                Activations.named(config, "hidden_act", config.text("hidden_act").orElse("gelu")));
    }

    private Residual behindSum(String norm) {
        return new Residual(null, null, norm(norm), 1);
    }

    private Norm norm(String name) {
        return new Norm.Layer(
                tensors.vector(name + ".weight", hidden),
                tensors.vector(name + ".bias", hidden),
                epsilon);
    }

    private Linear linear(String name, long outputs, long inputs) {
        return new Linear(
                tensors.matrix(name + ".weight", outputs, inputs),
                tensors.vector(name + ".bias", outputs));
    }
}
