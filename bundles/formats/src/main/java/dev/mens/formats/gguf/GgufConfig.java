package dev.mens.formats.gguf;

import dev.mens.compute.Shape;
import dev.mens.formats.FormatProblem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/// Rebuilds config.json from the metadata. What they cannot say becomes a note.
public final class GgufConfig {
    private static final int GEMMA_2_27B_LAYERS = 46;
    private static final int GEMMA_3_27B_LAYERS = 62;

    private final GgufFile file;
    private final GgufMetadata metadata;
    private final GgufFamily family;
    private final String name;
    private final List<String> notes;
    private final Map<String, Object> config = new LinkedHashMap<>();

    private GgufConfig(GgufFile file, GgufFamily family, String name, List<String> notes) {
        this.file = file;
        this.metadata = file.metadata();
        this.family = family;
        this.name = name;
        this.notes = notes;
    }

    /// @param factors of the rotary tables, which the caller reads from the tensors
    public static Map<String, Object> of(
            GgufFile file,
            GgufFamily family,
            String name,
            GgufRope.Tables factors,
            List<String> notes) {
        var builder = new GgufConfig(file, family, name, notes);
        builder.sizes();
        builder.flags();
        builder.tokens();
        new GgufRope(file.metadata(), family, factors, notes).addTo(builder.config);
        builder.peculiarities();
        return builder.config;
    }

    private void sizes() {
        config.put("architectures", List.of(family.className()));
        config.put("model_type", family.modelType());
        long hidden = required("embedding_length");
        long heads = required("attention.head_count");
        long keyHeads = one("attention.head_count_kv").orElse(heads);
        config.put("vocab_size", vocabulary());
        config.put("hidden_size", hidden);
        config.put("intermediate_size", required("feed_forward_length"));
        config.put("num_hidden_layers", required("block_count"));
        config.put("num_attention_heads", heads);
        config.put("num_key_value_heads", keyHeads);
        config.put("head_dim", one("attention.key_length").orElse(heads == 0 ? 0 : hidden / heads));
        config.put("max_position_embeddings", required("context_length"));
        metadata.real(key("attention.layer_norm_rms_epsilon"))
                .ifPresent(epsilon -> config.put("rms_norm_eps", decimal(epsilon)));
    }

    private void flags() {
        boolean gemma = family.architecture().startsWith("gemma");
        config.put(
                gemma ? "hidden_activation" : "hidden_act", gemma ? "gelu_pytorch_tanh" : "silu");
        config.put("attention_bias", GgufTensors.has(file, "blk.0.attn_q.bias"));
        config.put("mlp_bias", GgufTensors.has(file, "blk.0.ffn_up.bias"));
        config.put("tie_word_embeddings", !GgufTensors.has(file, "output.weight"));
        config.put(
                "torch_dtype",
                switch (GgufTensors.usual(file)) {
                    case F32 -> "float32";
                    case F16 -> "float16";
                    case F64,
                            BF16,
                            I64,
                            I32,
                            I16,
                            I8,
                            U64,
                            U32,
                            U16,
                            U8,
                            BOOL,
                            F8_E4M3,
                            F8_E5M2,
                            Q4_0,
                            Q4_1,
                            Q5_0,
                            Q5_1,
                            Q8_0,
                            Q2_K,
                            Q3_K,
                            Q4_K,
                            Q5_K,
                            Q6_K,
                            NF4 ->
                            "bfloat16";
                });
        config.put("use_cache", true);
    }

    private void tokens() {
        for (var token : List.of("bos", "eos")) {
            metadata.whole("tokenizer.ggml." + token + "_token_id")
                    .ifPresent(id -> config.put(token + "_token_id", id));
        }
        metadata.whole("tokenizer.ggml.padding_token_id")
                .ifPresent(id -> config.put("pad_token_id", id));
    }

    private void peculiarities() {
        switch (family.modelType()) {
            case "llama" ->
                    notes.add(
                            "A GGUF of the llama family does not say whether attention had a"
                                + " sliding window, as Mistral's does; full attention is assumed.");
            case "mistral" -> window();
            case "mixtral" -> {
                experts("num_local_experts");
                config.put("sliding_window", null);
            }
            case "qwen3_moe" -> {
                experts("num_experts");
                config.put("num_local_experts", config.get("num_experts"));
                config.put("moe_intermediate_size", required("expert_feed_forward_length"));
                config.put("norm_topk_prob", true);
                config.put("mlp_only_layers", denseLayers());
                config.put("decoder_sparse_step", 1);
                notes.add("norm_topk_prob is not in a GGUF; true is assumed.");
            }
            case "phi3" -> {
                window();
                config.put("partial_rotary_factor", partialRotation());
            }
            case "granite" -> {
                scale("attention.scale", "attention_multiplier");
                scale("embedding_scale", "embedding_multiplier");
                scale("residual_scale", "residual_multiplier");
                scale("logit_scale", "logits_scaling");
            }
            case "gemma2" -> {
                config.put("attn_logit_softcapping", softCap("attn_logit_softcapping", 50));
                config.put("final_logit_softcapping", softCap("final_logit_softcapping", 30));
                config.put("query_pre_attn_scalar", queryScalar(GEMMA_2_27B_LAYERS));
                window();
                notes.add("query_pre_attn_scalar is not in a GGUF; Gemma 2's own is assumed.");
            }
            case "gemma3_text" -> {
                config.put("query_pre_attn_scalar", queryScalar(GEMMA_3_27B_LAYERS));
                config.put(
                        "sliding_window_pattern",
                        one("attention.sliding_window_pattern").orElse(6));
                config.put(
                        "rope_local_base_freq",
                        decimal(metadata.real(key("rope.freq_base_swa")).orElse(10000)));
                window();
                notes.add(
                        "query_pre_attn_scalar, the pattern of windows and the local rope base"
                                + " are not in a GGUF; Gemma 3's own are assumed.");
            }
            case "qwen2", "qwen3" -> config.put("use_sliding_window", false);
            default -> {
                // olmo2 and gemma need nothing else
            }
        }
    }

    /// What scores are divided by the root of: the size of a head, but hidden size ÷ heads in the
    /// largest models of either generation, which only their layers tell.
    private Object queryScalar(int layersOfLargest) {
        long hidden = required("embedding_length");
        long heads = required("attention.head_count");
        boolean largest = required("block_count") == layersOfLargest && heads > 0;
        return largest ? Long.valueOf(hidden / heads) : config.get("head_dim");
    }

    private void window() {
        var window = one("attention.sliding_window");
        boolean slides = window.isPresent() && window.getAsLong() > 0;
        config.put("sliding_window", slides ? window.getAsLong() : null);
    }

    private void experts(String count) {
        config.put(count, required("expert_count"));
        config.put("num_experts_per_tok", required("expert_used_count"));
    }

    private List<Integer> denseLayers() {
        long layers = Math.min(required("block_count"), file.tensors().size());
        return IntStream.range(0, (int) layers)
                .filter(layer -> GgufTensors.has(file, "blk." + layer + ".ffn_gate.weight"))
                .boxed()
                .toList();
    }

    private double partialRotation() {
        long rotated = one("rope.dimension_count").orElse(0);
        long head = (long) config.get("head_dim");
        return rotated <= 0 || head <= 0 ? 1.0 : (double) rotated / head;
    }

    private void scale(String gguf, String hugging) {
        metadata.real(key(gguf)).ifPresent(value -> config.put(hugging, decimal(value)));
    }

    private double softCap(String key, double usual) {
        return decimal(metadata.real(key(key)).orElse(usual));
    }

    private long vocabulary() {
        return file.tensors().stream()
                .filter(entry -> entry.name().equals("token_embd.weight"))
                .map(GgufFile.Entry::shape)
                .filter(shape -> shape.rank() == 2)
                .mapToLong((Shape shape) -> shape.size(0))
                .findFirst()
                .orElseThrow(
                        () ->
                                FormatProblem.BAD_METADATA.with(
                                        name, "there is no token_embd.weight"));
    }

    private long required(String key) {
        return one(key).orElseThrow(
                        () -> FormatProblem.BAD_METADATA.with(name, key(key) + " is missing"));
    }

    /// A number, or the number that every layer has in an array.
    private OptionalLong one(String key) {
        var single = metadata.whole(key(key));
        var each = metadata.wholes(key(key));
        if (single.isPresent() || each.length == 0) {
            return single;
        }
        for (long value : each) {
            if (value != each[0]) {
                throw FormatProblem.BAD_METADATA.with(
                        name, key(key) + " differs between layers, which config.json cannot say");
            }
        }
        return OptionalLong.of(each[0]);
    }

    private String key(String key) {
        return family.architecture() + "." + key;
    }

    /// The shortest decimal that is the same f32, so that 1e-5 does not become 9.99999974e-06.
    static double decimal(double value) {
        return Double.parseDouble(Float.toString((float) value));
    }
}
