package dev.mens.formats.gguf;

import dev.mens.formats.FormatProblem;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// A family of models by llama.cpp's name: how it names tensors and what it does to them.
///
/// @param architecture `general.architecture`
/// @param modelType `model_type` of config.json
/// @param className of `architectures` in config.json
/// @param permuted true if rows of query and key are in GGUF's order of rotary pairs
/// @param normOffset what was added to every norm's gain (Gemma)
/// @param blockNames tensor of a layer in GGUF to tensor of a layer in HuggingFace
public record GgufFamily(
        String architecture,
        String modelType,
        String className,
        boolean permuted,
        float normOffset,
        Map<String, String> blockNames) {

    private static final Map<String, String> LLAMA =
            Map.ofEntries(
                    Map.entry("attn_norm", "input_layernorm"),
                    Map.entry("attn_q", "self_attn.q_proj"),
                    Map.entry("attn_k", "self_attn.k_proj"),
                    Map.entry("attn_v", "self_attn.v_proj"),
                    Map.entry("attn_output", "self_attn.o_proj"),
                    Map.entry("attn_q_norm", "self_attn.q_norm"),
                    Map.entry("attn_k_norm", "self_attn.k_norm"),
                    Map.entry("ffn_norm", "post_attention_layernorm"),
                    Map.entry("ffn_gate", "mlp.gate_proj"),
                    Map.entry("ffn_up", "mlp.up_proj"),
                    Map.entry("ffn_down", "mlp.down_proj"));

    private static final Map<String, String> MIXTRAL =
            Map.of(
                    "ffn_gate_inp", "block_sparse_moe.gate",
                    "ffn_gate_exps", "block_sparse_moe.experts.*.w1",
                    "ffn_down_exps", "block_sparse_moe.experts.*.w2",
                    "ffn_up_exps", "block_sparse_moe.experts.*.w3");

    private static final Map<String, String> QWEN_EXPERTS =
            Map.of(
                    "ffn_gate_inp", "mlp.gate",
                    "ffn_gate_exps", "mlp.experts.*.gate_proj",
                    "ffn_down_exps", "mlp.experts.*.down_proj",
                    "ffn_up_exps", "mlp.experts.*.up_proj");

    private static final Map<String, String> GEMMA_NORMS =
            Map.of(
                    "post_attention_norm", "post_attention_layernorm",
                    "ffn_norm", "pre_feedforward_layernorm",
                    "post_ffw_norm", "post_feedforward_layernorm");

    private static final Map<String, String> OLMO_NORMS =
            Map.of(
                    "post_attention_norm", "post_attention_layernorm",
                    "post_ffw_norm", "post_feedforward_layernorm");

    private static final Map<String, String> FUSED =
            Map.of("attn_qkv", "self_attn.qkv_proj", "ffn_up", "mlp.gate_up_proj");

    private static final Map<String, String> GLOBAL =
            Map.of(
                    "token_embd", "model.embed_tokens",
                    "output_norm", "model.norm",
                    "output", "lm_head");

    /// @param file for messages
    public static GgufFamily of(GgufMetadata metadata, String file) {
        var name = metadata.text("general.architecture").orElse("(none)");
        return switch (name) {
            case "llama" -> llama(metadata);
            case "mistral", "mistral3" -> family(name, "mistral", "Mistral", true, 0, Map.of());
            case "granite" -> family(name, "granite", "Granite", true, 0, Map.of());
            case "qwen2" -> family(name, "qwen2", "Qwen2", false, 0, Map.of());
            case "qwen3" -> family(name, "qwen3", "Qwen3", false, 0, Map.of());
            case "qwen3moe" -> family(name, "qwen3_moe", "Qwen3Moe", false, 0, QWEN_EXPERTS);
            case "phi3" -> family(name, "phi3", "Phi3", false, 0, FUSED);
            case "olmo2" -> family(name, "olmo2", "Olmo2", false, 0, OLMO_NORMS);
            case "gemma" -> family(name, "gemma", "Gemma", false, 1, Map.of());
            case "gemma2" -> family(name, "gemma2", "Gemma2", false, 1, GEMMA_NORMS);
            case "gemma3" -> family(name, "gemma3_text", "Gemma3", false, 1, GEMMA_NORMS);
            default -> throw FormatProblem.UNKNOWN_FAMILY.with(file, GgufReader.shown(name));
        };
    }

    private static GgufFamily llama(GgufMetadata metadata) {
        if (metadata.whole("llama.expert_count").orElse(0) > 0) {
            return family("llama", "mixtral", "Mixtral", true, 0, MIXTRAL);
        }
        if (metadata.whole("llama.attention.sliding_window").orElse(0) > 0) {
            return family("llama", "mistral", "Mistral", true, 0, Map.of());
        }
        return family("llama", "llama", "Llama", true, 0, Map.of());
    }

    private static GgufFamily family(
            String architecture,
            String modelType,
            String name,
            boolean permuted,
            float normOffset,
            Map<String, String> differences) {
        var names = new HashMap<>(LLAMA);
        names.putAll(differences);
        return new GgufFamily(
                architecture, modelType, name + "ForCausalLM", permuted, normOffset, names);
    }

    /// HuggingFace's name; experts have `*` for their number. Empty if the family has no such
    /// tensor.
    public Optional<String> name(String gguf) {
        int dot = gguf.lastIndexOf('.');
        if (dot < 0) {
            return Optional.empty();
        }
        var stem = gguf.substring(0, dot);
        var suffix = gguf.substring(dot);
        var layer = layerPrefix(stem);
        if (layer.isEmpty()) {
            return Optional.ofNullable(GLOBAL.get(stem)).map(name -> name + suffix);
        }
        var inner = stem.substring(layer.length());
        return Optional.ofNullable(blockNames.get(inner))
                .map(name -> "model.layers." + layer.substring(4) + name + suffix);
    }

    /// `blk.12.` of `blk.12.attn_q`, or nothing.
    private static String layerPrefix(String stem) {
        if (!stem.startsWith("blk.")) {
            return "";
        }
        int dot = stem.indexOf('.', 4);
        boolean number =
                dot > 4 && stem.substring(4, dot).chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? stem.substring(0, dot + 1) : "";
    }
}
