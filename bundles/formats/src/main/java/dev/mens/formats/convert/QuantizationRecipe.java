package dev.mens.formats.convert;

import dev.mens.compute.DType;
import dev.mens.model.Quantization;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which tensor gets which type, by the rules of llama-quantize (without importance matrix), told
/// by HuggingFace's tensor names. NF4 is for all matrices but the embeddings and the head, as in
/// QLoRA.
///
/// @see <a href="https://github.com/ggml-org/llama.cpp/blob/master/src/llama-quant.cpp">the
///     rules</a>
public final class QuantizationRecipe {
    private static final Pattern LAYER = Pattern.compile("\\.(?:layers?|h|blocks)\\.(\\d+)\\.");
    private static final Pattern KEPT =
            Pattern.compile(
                    ".*(norm|ln_\\w+|LayerNorm)\\.weight"
                        + "|.*(position_embeddings|token_type_embeddings|wpe)\\.weight"
                        + "|.*(mlp\\.gate|block_sparse_moe\\.gate|router|pooler\\.dense)\\.weight");
    private static final Pattern HEAD = Pattern.compile("(.*\\.)?(lm_head|embed_out)\\.weight");
    private static final Pattern EMBEDDING =
            Pattern.compile("(.*\\.)?(embed_tokens|word_embeddings|wte|tok_embeddings)\\.weight");
    private static final Pattern VALUE =
            Pattern.compile(".*(v_proj|attention\\.self\\.value)\\.weight");
    private static final Pattern FUSED =
            Pattern.compile(".*(qkv_proj|c_attn|query_key_value)\\.weight");
    private static final Pattern DOWN =
            Pattern.compile(".*(down_proj|\\.w2|mlp\\.c_proj|fc2|[0-9]\\.output\\.dense)\\.weight");

    private final Quantization recipe;
    private final boolean tied;
    private final boolean eightExperts;
    private final int layers;

    private QuantizationRecipe(Quantization recipe, Map<String, ?> tensors) {
        this.recipe = recipe;
        this.tied = tensors.keySet().stream().noneMatch(name -> HEAD.matcher(name).matches());
        this.layers =
                1 + tensors.keySet().stream().mapToInt(QuantizationRecipe::layer).max().orElse(0);
        this.eightExperts =
                tensors.keySet().stream().anyMatch(name -> name.contains("experts.7."))
                        && tensors.keySet().stream().noneMatch(name -> name.contains("experts.8."));
    }

    /// The same tensors, with the matrices among them quantized.
    ///
    /// @param recipe Q8_0, Q4_0, Q4_K_M or NF4
    public static SequencedMap<String, TensorSource> apply(
            Quantization recipe, Map<String, TensorSource> tensors) {
        var rules = new QuantizationRecipe(recipe, tensors);
        var result = new LinkedHashMap<String, TensorSource>();
        tensors.forEach((name, source) -> result.put(name, rules.quantized(name, source)));
        return result;
    }

    private TensorSource quantized(String name, TensorSource source) {
        var target = type(name, source);
        return target == source.dtype() ? source : new ConvertedTensor(source, target);
    }

    private DType type(String name, TensorSource source) {
        int rank = source.shape().rank();
        boolean plain =
                switch (source.dtype()) {
                    case F64, F32, F16, BF16, F8_E4M3, F8_E5M2 -> true;
                    case Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, NF4 -> true;
                    case I64, I32, I16, I8, U64, U32, U16, U8, BOOL -> false;
                };
        if (!plain || rank < 2 || !name.endsWith("weight") || KEPT.matcher(name).matches()) {
            return source.dtype();
        }
        if (recipe == Quantization.NF4 && isOuter(name)) {
            return source.dtype();
        }
        return fitting(wanted(name), source.shape().size(rank - 1));
    }

    private DType wanted(String name) {
        return switch (recipe) {
            case Q8_0 -> DType.Q8_0;
            case Q4_0 -> isHead(name) ? DType.Q6_K : DType.Q4_0;
            case Q4_K_M -> mixed(name);
            case NF4 -> DType.NF4;
            case F32, F16, BF16, Q6_K, Q5_K_M, Q5_1, Q5_0, Q4_1, Q3_K_M, Q2_K, MIXED ->
                    throw new AssertionError(recipe + " was refused before");
        };
    }

    private DType mixed(String name) {
        if (isHead(name)) {
            return DType.Q6_K;
        }
        if (eightExperts && name.matches(".*[kv]_proj\\.weight")) {
            return DType.Q8_0;
        }
        if (VALUE.matcher(name).matches() || DOWN.matcher(name).matches()) {
            return moreBits(layer(name)) ? DType.Q6_K : DType.Q4_K;
        }
        if (FUSED.matcher(name).matches() || (eightExperts && name.endsWith("o_proj.weight"))) {
            return DType.Q5_K;
        }
        return DType.Q4_K;
    }

    private boolean isHead(String name) {
        return HEAD.matcher(name).matches() || (tied && EMBEDDING.matcher(name).matches());
    }

    private static boolean isOuter(String name) {
        return HEAD.matcher(name).matches() || EMBEDDING.matcher(name).matches();
    }

    /// The first and the last eighth, and every third layer between.
    private boolean moreBits(int layer) {
        int eighth = layers / 8;
        return layer < eighth || layer >= 7 * layers / 8 || (layer - eighth) % 3 == 2;
    }

    /// What llama-quantize falls back to when rows are not whole blocks.
    private static DType fitting(DType wanted, long columns) {
        if (columns % wanted.blockElements() == 0) {
            return wanted;
        }
        var smaller =
                switch (wanted) {
                    case Q4_K -> DType.Q5_0;
                    case Q5_K -> DType.Q5_1;
                    case Q6_K -> DType.Q8_0;
                    case F64,
                            F32,
                            F16,
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
                            NF4 ->
                            DType.F16;
                };
        return columns % smaller.blockElements() == 0 ? smaller : DType.F16;
    }

    private static int layer(String name) {
        Matcher matcher = LAYER.matcher(name);
        // Longer numbers are no layers, and would not fit.
        return matcher.find() && matcher.group(1).length() < 6
                ? Integer.parseInt(matcher.group(1))
                : 0;
    }
}
