package dev.mens.transformer.family;

import dev.mens.compute.Network;
import dev.mens.model.Weights;
import dev.mens.transformer.TransformerProblem;
import dev.mens.transformer.config.Config;
import java.util.List;

/// Maps a model's config.json and tensors to the network that they mean.
public final class Architectures {
    /// A bare model, one inside a multi-modal one, and one without a head.
    private static final List<String> DECODER_PREFIXES =
            List.of("model.", "language_model.model.", "model.language_model.", "");

    private Architectures() {}

    /// Whether a `model_type` is known.
    public static boolean knows(String family) {
        return Families.DECODERS.containsKey(family) || Families.ENCODERS.containsKey(family);
    }

    /// Every known `model_type`, for messages.
    public static String known() {
        return String.join(", ", Families.names());
    }

    /// @param name of the model, for messages
    /// @throws dev.mens.diagnostics.ProblemException vox/model/unknown-architecture, vox/model/…,
    ///     vox/compute/shape-mismatch
    public static Network network(String name, Config config, Weights weights) {
        var type = config.text("model_type").orElse("(none)");
        var decoder = Families.DECODERS.get(type);
        if (decoder != null) {
            var text = config.object("text_config").orElse(config);
            var tensors =
                    ModelTensors.under(
                            DECODER_PREFIXES, "embed_tokens.weight", name, type, weights);
            return new DecoderMapping(decoder, text, tensors).read(name);
        }
        var encoder = Families.ENCODERS.get(type);
        if (encoder != null) {
            var tensors =
                    ModelTensors.under(
                            List.of("", encoder.prefix()),
                            "embeddings.word_embeddings.weight",
                            name,
                            type,
                            weights);
            return new EncoderMapping(config, tensors, encoder.firstPosition()).read(name);
        }
        throw TransformerProblem.UNKNOWN_ARCHITECTURE.with(name, type, known());
    }
}
