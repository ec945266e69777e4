package dev.mens.transformer.family;

import dev.mens.compute.Network.Activation;
import dev.mens.transformer.family.Family.Biases;
import dev.mens.transformer.family.Family.ExpertNames;
import dev.mens.transformer.family.Family.Norms;
import dev.mens.transformer.family.Family.Scales;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Every family by the `model_type` of its config.json. A new one is an entry here and a golden.
///
/// @see <a href="https://github.com/huggingface/transformers/tree/main/src/transformers/models">
///     transformers, whose configuration defaults these are</a>
final class Families {
    static final Map<String, Family> DECODERS = decoders();

    static final Map<String, EncoderFamily> ENCODERS =
            Map.of(
                    "bert", new EncoderFamily("bert.", 0),
                    "roberta", new EncoderFamily("roberta.", 2),
                    "xlm-roberta", new EncoderFamily("roberta.", 2));

    private Families() {}

    static Set<String> names() {
        var names = new TreeSet<>(DECODERS.keySet());
        names.addAll(ENCODERS.keySet());
        return names;
    }

    private static Map<String, Family> decoders() {
        var families = new TreeMap<String, Family>();
        families.put("llama", Family.llama().build());
        families.put(
                "mistral", Family.llama().biases(Biases.NONE).windows(Windows.EVERY_LAYER).build());
        families.put(
                "qwen2",
                Family.llama()
                        .biases(Biases.QUERY_KEY_VALUE)
                        .windows(Windows.UPPER_LAYERS_IF_USED)
                        .build());
        families.put(
                "qwen3", Family.llama().headNorms().windows(Windows.UPPER_LAYERS_IF_USED).build());
        families.put(
                "qwen3_moe",
                Family.llama()
                        .headNorms()
                        .experts(ExpertNames.QWEN)
                        .windows(Windows.EVERY_LAYER_IF_USED)
                        .build());
        families.put(
                "mixtral",
                Family.llama()
                        .biases(Biases.NONE)
                        .experts(ExpertNames.MIXTRAL)
                        .windows(Windows.EVERY_LAYER)
                        .ropeTheta(1_000_000)
                        .build());
        families.put(
                "phi3",
                Family.llama().biases(Biases.NONE).fused().windows(Windows.EVERY_LAYER).build());
        families.put("olmo2", Family.llama().norms(Norms.AFTER, 0).headNorms().build());
        families.put("granite", Family.llama().scales(Scales.GRANITE).build());
        families.put("gemma", gemma().norms(Norms.BEFORE, 1).build());
        families.put("gemma2", gemma().softCaps().windows(Windows.EVERY_SECOND_LAYER).build());
        families.put("gemma3_text", gemma3());
        families.put("gemma3", gemma3());
        return families;
    }

    private static Family.Builder gemma() {
        return Family.llama()
                .norms(Norms.BOTH, 1)
                .activation("hidden_activation", Activation.GELU_TANH)
                .headSize(256)
                .scales(Scales.GEMMA)
                .tied();
    }

    private static Family gemma3() {
        return gemma().headNorms()
                .softCaps()
                .windows(Windows.ALL_BUT_EVERY_NTH_LAYER)
                .ropeTheta(1_000_000)
                .localRopeTheta(10_000)
                .build();
    }

    /// @param prefix of tensor names in checkpoints with a head; others have none
    /// @param firstPosition row of the position table for the first token
    record EncoderFamily(String prefix, int firstPosition) {}
}
