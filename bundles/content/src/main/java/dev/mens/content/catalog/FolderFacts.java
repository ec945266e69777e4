package dev.mens.content.catalog;

import dev.mens.compute.DType;
import dev.mens.compute.Tensor;
import dev.mens.model.ModelFacts;
import dev.mens.model.Quantization;
import dev.mens.model.WeightFiles;
import dev.mens.model.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Describes a model folder from config.json and the headers of its SafeTensors. It asks nothing
/// that only one architecture knows, so models of unknown families can be listed, imported and
/// served by whoever understands them.
public final class FolderFacts {
    /// Metadata key under which a quantized file names its recipe; docs/formats.md.
    private static final String TAG = "mens.quantization";

    /// Larger than anything published by two orders of magnitude, and small enough that products
    /// of four such numbers fit a `long`.
    private static final int MAX_WIDTH = 1 << 22;

    private static final int MAX_LAYERS = 1 << 14;
    private static final int MAX_CONTEXT = 1 << 30;
    private static final int USUAL_CONTEXT = 2048;
    private static final int F16_BYTES = 2;

    private static final Set<String> ENCODERS =
            Set.of(
                    "albert",
                    "bert",
                    "camembert",
                    "convbert",
                    "deberta",
                    "deberta-v2",
                    "distilbert",
                    "electra",
                    "ernie",
                    "gte",
                    "modernbert",
                    "mpnet",
                    "new",
                    "nomic_bert",
                    "roberta",
                    "roformer",
                    "xlm-roberta",
                    "xlm-roberta-xl");

    /// Position ids of these start after the padding id, which costs two places.
    private static final Set<String> OFFSET_POSITIONS =
            Set.of("camembert", "mpnet", "roberta", "xlm-roberta", "xlm-roberta-xl");

    private final WeightFiles files;

    public FolderFacts(WeightFiles files) {
        this.files = files;
    }

    /// @param folder a folder with config.json, a tokenizer and SafeTensors
    /// @throws dev.mens.diagnostics.ProblemException vox/model/… or vox/format/…
    public ModelFacts read(Path folder) throws IOException {
        var config = ConfigFile.read(folder);
        requireTokenizer(folder);
        requireWeights(folder);
        boolean encoder = isEncoder(config);
        try (var weights = files.open(folder)) {
            long parameters = 0;
            long bytes = 0;
            for (var name : weights.names()) {
                var tensor = weights.tensor(name);
                parameters += tensor.shape().elements();
                bytes += tensor.data().byteSize();
            }
            return new ModelFacts(
                    config.family(),
                    parameters,
                    bytes,
                    contextTokens(config),
                    encoder ? 0 : keyValueBytes(config),
                    quantization(weights),
                    encoder);
        }
    }

    private static void requireTokenizer(Path folder) {
        boolean pair = has(folder, "vocab.json") && has(folder, "merges.txt");
        if (!has(folder, "tokenizer.json") && !has(folder, "tokenizer.model") && !pair) {
            throw CatalogProblem.NO_TOKENIZER.with(folder);
        }
    }

    private static void requireWeights(Path folder) throws IOException {
        if (has(folder, "model.safetensors") || has(folder, "model.safetensors.index.json")) {
            return;
        }
        try (var entries = Files.list(folder)) {
            var others =
                    entries.map(file -> file.getFileName().toString())
                            .filter(name -> name.matches(".*\\.(safetensors|bin|pt|pth|gguf|onnx)"))
                            .sorted()
                            .limit(3)
                            .toList();
            var hint = others.isEmpty() ? "" : ", only " + String.join(", ", others);
            throw CatalogProblem.NO_WEIGHTS.with(folder, hint);
        }
    }

    private static boolean isEncoder(ConfigFile config) {
        boolean masked = config.architectures().stream().anyMatch(a -> a.endsWith("ForMaskedLM"));
        return (masked || ENCODERS.contains(config.family())) && !config.flag("is_decoder");
    }

    private static int contextTokens(ConfigFile config) {
        long stated =
                config.number(
                                MAX_CONTEXT,
                                "max_position_embeddings",
                                "n_positions",
                                "n_ctx",
                                "max_sequence_length",
                                "max_seq_len",
                                "seq_length")
                        .orElse(USUAL_CONTEXT);
        if (OFFSET_POSITIONS.contains(config.family())) {
            stated = Math.max(0, stated - 2);
        }
        return (int) Math.max(stated, config.yarnContext(MAX_CONTEXT).orElse(0));
    }

    private static long keyValueBytes(ConfigFile config) {
        long layers =
                config.number(MAX_LAYERS, "num_hidden_layers", "n_layer", "num_layers").orElse(0);
        long width = config.number(MAX_WIDTH, "hidden_size", "n_embd", "d_model").orElse(0);
        long heads = config.number(MAX_WIDTH, "num_attention_heads", "n_head", "n_heads").orElse(0);
        long pairs = config.number(MAX_WIDTH, "num_key_value_heads").orElse(heads);
        long perHead = config.number(MAX_WIDTH, "head_dim").orElse(heads == 0 ? 0 : width / heads);
        return Math.multiplyExact(
                Math.multiplyExact(layers, 2 * F16_BYTES), Math.multiplyExact(pairs, perHead));
    }

    private static Quantization quantization(Weights weights) {
        var tag = weights.metadata().get(TAG);
        for (var known : Quantization.values()) {
            if (known.name().equalsIgnoreCase(tag)) {
                return known;
            }
        }
        var elements = new EnumMap<DType, Long>(DType.class);
        for (var name : weights.names()) {
            count(elements, weights.tensor(name));
        }
        return recipe(elements);
    }

    /// Vectors (norms, biases) are often kept wider than the matrices and say nothing.
    private static void count(Map<DType, Long> elements, Tensor tensor) {
        if (tensor.shape().rank() > 1) {
            elements.merge(tensor.dtype(), tensor.shape().elements(), Long::sum);
        }
    }

    /// The tag that fits how most elements are stored. Quantization recipes mix block formats, so
    /// the commonest decides; several plain types in one file are no recipe.
    private static Quantization recipe(Map<DType, Long> elements) {
        boolean quantized = elements.keySet().stream().anyMatch(DType::quantized);
        if (!quantized && elements.size() != 1) {
            return Quantization.MIXED;
        }
        var most =
                elements.entrySet().stream()
                        .filter(entry -> entry.getKey().quantized() == quantized)
                        .max(Map.Entry.comparingByValue())
                        .orElseThrow()
                        .getKey();
        var name = most.name().toUpperCase(Locale.ROOT);
        for (var spelling : List.of(name, name + "_M")) {
            for (var known : Quantization.values()) {
                if (known.name().equals(spelling)) {
                    return known;
                }
            }
        }
        return Quantization.MIXED;
    }

    private static boolean has(Path folder, String name) {
        return Files.isRegularFile(folder.resolve(name));
    }
}
