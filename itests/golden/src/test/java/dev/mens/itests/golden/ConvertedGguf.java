package dev.mens.itests.golden;

import dev.mens.compute.DType;
import dev.mens.compute.Elements;
import dev.mens.compute.Tensor;
import dev.mens.formats.safetensors.MappedWeightFiles;
import dev.mens.model.Weights;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// A model folder as GGUF in the manner of llama.cpp's converter: its names of tensors and values,
/// vectors as F32, query and key rows interleaved in Llama's families, experts stacked, one added
/// to Gemma's norms.
///
/// @see <a href="https://github.com/ggml-org/llama.cpp/tree/master/conversion">the converter</a>
final class ConvertedGguf {
    private static final Pattern LAYER = Pattern.compile("model\\.layers\\.(\\d+)\\.(.+)");
    private static final Pattern EXPERT = Pattern.compile("(.*experts\\.)(\\d+)(\\..*)");
    private static final Map<String, String> NAMES =
            Map.ofEntries(
                    Map.entry("model.embed_tokens.weight", "token_embd.weight"),
                    Map.entry("model.norm.weight", "output_norm.weight"),
                    Map.entry("lm_head.weight", "output.weight"),
                    Map.entry("input_layernorm", "attn_norm"),
                    Map.entry("self_attn.q_proj", "attn_q"),
                    Map.entry("self_attn.k_proj", "attn_k"),
                    Map.entry("self_attn.v_proj", "attn_v"),
                    Map.entry("self_attn.o_proj", "attn_output"),
                    Map.entry("self_attn.q_norm", "attn_q_norm"),
                    Map.entry("self_attn.k_norm", "attn_k_norm"),
                    Map.entry("self_attn.qkv_proj", "attn_qkv"),
                    Map.entry("mlp.gate_proj", "ffn_gate"),
                    Map.entry("mlp.up_proj", "ffn_up"),
                    Map.entry("mlp.gate_up_proj", "ffn_up"),
                    Map.entry("mlp.down_proj", "ffn_down"),
                    Map.entry("pre_feedforward_layernorm", "ffn_norm"),
                    Map.entry("post_feedforward_layernorm", "post_ffw_norm"),
                    Map.entry("block_sparse_moe.gate", "ffn_gate_inp"),
                    Map.entry("block_sparse_moe.experts.w1", "ffn_gate_exps"),
                    Map.entry("block_sparse_moe.experts.w2", "ffn_down_exps"),
                    Map.entry("block_sparse_moe.experts.w3", "ffn_up_exps"),
                    Map.entry("mlp.gate", "ffn_gate_inp"),
                    Map.entry("mlp.experts.gate_proj", "ffn_gate_exps"),
                    Map.entry("mlp.experts.down_proj", "ffn_down_exps"),
                    Map.entry("mlp.experts.up_proj", "ffn_up_exps"));

    private final JsonNode config;
    private final String family;
    private final Weights weights;
    private final GgufBytes gguf = new GgufBytes();

    private ConvertedGguf(JsonNode config, Weights weights) {
        this.config = config;
        this.family = config.get("model_type").asString();
        this.weights = weights;
    }

    static void write(Path model, Path target) throws IOException {
        try (var weights = new MappedWeightFiles().open(model)) {
            var conversion = new ConvertedGguf(Goldens.json(model.resolve("config.json")), weights);
            conversion.values();
            int rows = (int) weights.tensor("model.embed_tokens.weight").shape().size(0);
            var tokenizer = ConvertedTokenizer.of(model, rows);
            if (tokenizer.convertible()) {
                tokenizer.addTo(conversion.gguf, conversion.config);
            }
            conversion.tensors();
            conversion.gguf.write(target);
        }
    }

    private String architecture() {
        return switch (family) {
            case "llama", "mistral", "mixtral" -> "llama";
            case "qwen3_moe" -> "qwen3moe";
            case "gemma3_text" -> "gemma3";
            default -> family;
        };
    }

    private boolean permuted() {
        return architecture().equals("llama") || family.equals("granite");
    }

    private void values() {
        gguf.text("general.architecture", architecture());
        whole("block_count", "num_hidden_layers");
        whole("context_length", "max_position_embeddings");
        whole("embedding_length", "hidden_size");
        whole("feed_forward_length", "intermediate_size");
        whole("attention.head_count", "num_attention_heads");
        whole("attention.head_count_kv", "num_key_value_heads");
        whole("attention.key_length", "head_dim");
        whole("expert_count", "num_local_experts");
        whole("expert_used_count", "num_experts_per_tok");
        whole("expert_feed_forward_length", "moe_intermediate_size");
        real("attention.layer_norm_rms_epsilon", "rms_norm_eps");
        real("rope.freq_base", "rope_theta");
        real("attention.scale", "attention_multiplier");
        real("embedding_scale", "embedding_multiplier");
        real("residual_scale", "residual_multiplier");
        real("logit_scale", "logits_scaling");
        real("attn_logit_softcapping", "attn_logit_softcapping");
        real("final_logit_softcapping", "final_logit_softcapping");
        if (family.startsWith("gemma") || family.equals("phi3")) {
            gguf.whole(key("attention.sliding_window"), config.path("sliding_window").asInt(0));
        }
        rope();
    }

    private void rope() {
        var scaling = config.path("rope_scaling");
        switch (scaling.path("rope_type").asString("")) {
            case "linear", "yarn" -> {
                gguf.text(key("rope.scaling.type"), scaling.get("rope_type").asString());
                gguf.real(key("rope.scaling.factor"), scaling.get("factor").asDouble());
                var original = scaling.path("original_max_position_embeddings");
                if (original.isNumber()) {
                    gguf.whole(key("rope.scaling.original_context_length"), original.asInt());
                }
            }
            case "llama3" -> vector("rope_freqs.weight", llama3(scaling));
            case "longrope" -> {
                gguf.whole(
                        key("rope.scaling.original_context_length"),
                        config.get("original_max_position_embeddings").asInt());
                vector("rope_factors_long.weight", floats(scaling.get("long_factor")));
                vector("rope_factors_short.weight", floats(scaling.get("short_factor")));
            }
            default -> {
                // nothing is scaled
            }
        }
    }

    /// By how much each frequency is divided, as the Llama 3.1 report has it.
    private float[] llama3(JsonNode scaling) {
        int size = config.get("head_dim").asInt() / 2;
        double theta = config.get("rope_theta").asDouble();
        double factor = scaling.get("factor").asDouble();
        double low = scaling.get("low_freq_factor").asDouble();
        double high = scaling.get("high_freq_factor").asDouble();
        double original = scaling.get("original_max_position_embeddings").asDouble();
        var factors = new float[size];
        for (int i = 0; i < size; i++) {
            double wavelength = 2 * Math.PI * Math.pow(theta, (double) i / size);
            double smooth = (original / wavelength - low) / (high - low);
            factors[i] =
                    (float)
                            (wavelength < original / high
                                    ? 1
                                    : wavelength > original / low
                                            ? factor
                                            : 1 / ((1 - smooth) / factor + smooth));
        }
        return factors;
    }

    private void tensors() {
        var experts = new LinkedHashMap<String, Integer>();
        for (var name : weights.names()) {
            var expert = EXPERT.matcher(name);
            if (expert.matches()) {
                experts.merge(expert.group(1) + "*" + expert.group(3), 1, Integer::sum);
            } else {
                tensor(name);
            }
        }
        experts.forEach(this::stack);
    }

    private void tensor(String name) {
        var tensor = weights.tensor(name);
        var renamed = renamed(name);
        if (tensor.shape().rank() == 1) {
            var values = values(tensor);
            if (family.startsWith("gemma") && name.endsWith("norm.weight")) {
                for (int i = 0; i < values.length; i++) {
                    values[i] += 1;
                }
            }
            vector(renamed, permuted(name) ? interleaved(values, 1, name) : values);
            return;
        }
        var bytes = tensor.data().toArray(ValueLayout.JAVA_BYTE);
        if (permuted(name)) {
            int rowBytes = (int) (bytes.length / tensor.shape().size(0));
            bytes = interleaved(bytes, rowBytes, heads(name));
        }
        gguf.tensor(renamed, type(tensor), tensor.shape().sizes(), bytes);
    }

    private void stack(String pattern, int count) {
        var first = weights.tensor(pattern.replace("*", "0"));
        var all = ByteBuffer.allocate(count * (int) first.data().byteSize());
        for (int i = 0; i < count; i++) {
            var one = weights.tensor(pattern.replace("*", Integer.toString(i)));
            all.put(one.data().toArray(ValueLayout.JAVA_BYTE));
        }
        var sizes = new long[] {count, first.shape().size(0), first.shape().size(1)};
        gguf.tensor(renamed(pattern.replace(".*", "")), type(first), sizes, all.array());
    }

    private String renamed(String name) {
        var whole = NAMES.get(name);
        if (whole != null) {
            return whole;
        }
        var layer = LAYER.matcher(name);
        if (!layer.matches()) {
            throw new AssertionError(name);
        }
        int dot = layer.group(2).lastIndexOf('.');
        var inner = layer.group(2).substring(0, dot);
        return "blk." + layer.group(1) + "." + inner(inner) + layer.group(2).substring(dot);
    }

    private String inner(String name) {
        if (name.equals("post_attention_layernorm")) {
            boolean behind = family.startsWith("gemma") || family.equals("olmo2");
            return behind ? "post_attention_norm" : "ffn_norm";
        }
        var inner = NAMES.get(name);
        if (inner == null) {
            throw new AssertionError(name);
        }
        return inner;
    }

    private boolean permuted(String name) {
        return permuted() && name.matches(".*\\.[qk]_proj\\.(weight|bias)");
    }

    private int heads(String name) {
        return config.get(name.contains("q_proj") ? "num_attention_heads" : "num_key_value_heads")
                .asInt();
    }

    private float[] interleaved(float[] values, int width, String name) {
        var bytes = interleaved(bytes(values), width * Float.BYTES, heads(name));
        var floats = new float[values.length];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
        return floats;
    }

    /// Brings the two rows of each rotary pair side by side.
    private static byte[] interleaved(byte[] bytes, int rowBytes, int heads) {
        int size = bytes.length / rowBytes / heads;
        var out = new byte[bytes.length];
        for (int row = 0; row < heads * size; row++) {
            int within = row % size;
            int pair = within % (size / 2);
            int to = row - within + 2 * pair + within / (size / 2);
            System.arraycopy(bytes, row * rowBytes, out, to * rowBytes, rowBytes);
        }
        return out;
    }

    private void vector(String name, float[] values) {
        gguf.tensor(name, 0, new long[] {values.length}, bytes(values));
    }

    private static byte[] bytes(float[] values) {
        var bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    private static float[] values(Tensor tensor) {
        var values = new float[(int) tensor.shape().elements()];
        Elements.read(tensor, 0, values.length, values, 0);
        return values;
    }

    private static float[] floats(JsonNode array) {
        var floats = new float[array.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) array.get(i).asDouble();
        }
        return floats;
    }

    private static int type(Tensor tensor) {
        if (tensor.dtype() == DType.F32) {
            return 0;
        }
        if (tensor.dtype() == DType.BF16) {
            return 30;
        }
        throw new AssertionError(List.of(tensor.name(), tensor.dtype()));
    }

    private String key(String name) {
        return architecture() + "." + name;
    }

    private void whole(String gguf, String hugging) {
        if (config.path(hugging).isNumber()) {
            this.gguf.whole(key(gguf), config.get(hugging).asLong());
        }
    }

    private void real(String gguf, String hugging) {
        if (config.path(hugging).isNumber()) {
            this.gguf.real(key(gguf), config.get(hugging).asDouble());
        }
    }
}
