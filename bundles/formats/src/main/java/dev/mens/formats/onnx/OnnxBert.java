package dev.mens.formats.onnx;

import dev.mens.compute.Shape;
import dev.mens.formats.convert.TensorSource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// Rebuilds config.json of a BERT from its graph: sizes from the tensors, the heads from how
/// queries are split, the rest from the operators.
public final class OnnxBert {
    private static final String WORDS = "embeddings.word_embeddings.weight";
    private static final String POSITIONS = "embeddings.position_embeddings.weight";
    private static final String TYPES = "embeddings.token_type_embeddings.weight";

    private final OnnxGraph graph;
    private final OnnxConstants constants;
    private final Map<String, TensorSource> tensors;
    private final List<String> notes;

    private OnnxBert(
            OnnxGraph graph,
            OnnxConstants constants,
            Map<String, TensorSource> tensors,
            List<String> notes) {
        this.graph = graph;
        this.constants = constants;
        this.tensors = tensors;
        this.notes = notes;
    }

    /// @param tensors by their names in PyTorch
    /// @param notes receives what had to be assumed
    /// @return empty if it is no BERT
    public static Optional<Map<String, Object>> config(
            OnnxGraph graph,
            FileChannel channel,
            String file,
            Map<String, TensorSource> tensors,
            List<String> notes)
            throws IOException {
        var constants = new OnnxConstants(graph, channel, file);
        return new OnnxBert(graph, constants, tensors, notes).config();
    }

    private Optional<Map<String, Object>> config() throws IOException {
        var prefix = tensors.containsKey("bert." + WORDS) ? "bert." : "";
        var words = matrix(prefix + WORDS);
        var positions = matrix(prefix + POSITIONS);
        var types = matrix(prefix + TYPES);
        var inner = matrix(prefix + "encoder.layer.0.intermediate.dense.weight");
        boolean known =
                words.isPresent()
                        && positions.isPresent()
                        && types.isPresent()
                        && inner.isPresent();
        // RoBERTa has the same names and one type only; its positions begin elsewhere.
        if (!known || types.get().size(0) < 2) {
            return Optional.empty();
        }
        long hidden = words.get().size(1);
        var config = new LinkedHashMap<String, Object>();
        config.put("architectures", List.of("BertModel"));
        config.put("model_type", "bert");
        config.put("vocab_size", words.get().size(0));
        config.put("hidden_size", hidden);
        config.put("num_hidden_layers", layers(prefix));
        config.put("num_attention_heads", heads(hidden));
        config.put("intermediate_size", inner.get().size(0));
        config.put("hidden_act", activation());
        config.put("max_position_embeddings", positions.get().size(0));
        config.put("type_vocab_size", types.get().size(0));
        config.put("layer_norm_eps", epsilon());
        config.put("position_embedding_type", "absolute");
        config.put("pad_token_id", 0);
        notes.add("The source has no config.json; one was read off the graph.");
        return Optional.of(config);
    }

    private Optional<Shape> matrix(String name) {
        return Optional.ofNullable(tensors.get(name))
                .map(TensorSource::shape)
                .filter(shape -> shape.rank() == 2);
    }

    private int layers(String prefix) {
        int layers = 0;
        while (tensors.containsKey(prefix + "encoder.layer." + layers + ".output.dense.weight")) {
            layers++;
        }
        return layers;
    }

    /// Queries are reshaped to `[…, heads, hidden / heads]`.
    private long heads(long hidden) throws IOException {
        for (var node : graph.nodes()) {
            if (node.operator().equals("Reshape")) {
                var shape = constants.shape(node.input(1));
                int rank = shape.length;
                if (rank >= 3 && shape[rank - 2] > 0 && shape[rank - 1] > 0) {
                    long heads = shape[rank - 2];
                    if (heads <= hidden && heads * shape[rank - 1] == hidden) {
                        return heads;
                    }
                }
            }
        }
        notes.add("The graph does not say how many heads there are; heads of 64 are assumed.");
        return Math.max(1, hidden / 64);
    }

    /// What is added to a variance before the root is taken.
    private double epsilon() throws IOException {
        for (var node : graph.nodes()) {
            OptionalDouble found =
                    switch (node.operator()) {
                        case "LayerNormalization" ->
                                OptionalDouble.of(node.reals().getOrDefault("epsilon", 1e-5f));
                        case "Sqrt" -> added(graph.producer(node.input(0)));
                        default -> OptionalDouble.empty();
                    };
            if (found.isPresent() && found.getAsDouble() > 0 && found.getAsDouble() < 1e-2) {
                // The shortest decimal that is the same f32.
                return Double.parseDouble(Float.toString((float) found.getAsDouble()));
            }
        }
        notes.add("The graph does not show the epsilon of its norms; 1e-12 is assumed.");
        return 1e-12;
    }

    private OptionalDouble added(Optional<OnnxNode> add) throws IOException {
        if (add.isPresent() && add.get().operator().equals("Add")) {
            for (var input : add.get().inputs()) {
                var real = constants.real(input);
                if (real.isPresent()) {
                    return real;
                }
            }
        }
        return OptionalDouble.empty();
    }

    private String activation() {
        if (has("Erf") || has("Gelu")) {
            return "gelu";
        }
        if (has("Pow") && has("Tanh") && !has("Relu")) {
            // The pooler has a Tanh too, but a BERT without Erf and Relu can only be this.
            return "gelu_new";
        }
        return "relu";
    }

    private boolean has(String operator) {
        return graph.nodes().stream().anyMatch(node -> node.operator().equals(operator));
    }
}
