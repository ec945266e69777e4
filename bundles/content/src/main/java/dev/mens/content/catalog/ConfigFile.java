package dev.mens.content.catalog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A model's config.json, read with suspicion: its size, encoding and every number are checked
/// before anybody multiplies them.
///
/// Multimodal models keep the numbers of their language part in `text_config`; those win.
final class ConfigFile {
    /// The largest published configurations (with label maps) have about 1 MiB.
    private static final long MAX_BYTES = 8L << 20;

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    // Python writes Infinity and NaN, for instance in Mamba's time_step_limit.
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .build();

    private final Path file;
    private final JsonNode root;
    private final JsonNode text;

    private ConfigFile(Path file, JsonNode root) {
        this.file = file;
        this.root = root;
        var nested = root.get("text_config");
        this.text = nested != null && nested.isObject() ? nested : root;
    }

    static ConfigFile read(Path folder) throws IOException {
        var file = folder.resolve("config.json");
        if (!Files.isRegularFile(file)) {
            throw CatalogProblem.NO_CONFIG.with(folder);
        }
        long size = Files.size(file);
        if (size > MAX_BYTES) {
            throw CatalogProblem.CONFIG_TOO_LARGE.with(file, size, MAX_BYTES);
        }
        return parse(file, Files.readAllBytes(file));
    }

    static ConfigFile parse(Path file, byte[] bytes) {
        JsonNode root;
        try {
            root = JSON.readTree(text(file, bytes));
        } catch (JacksonException bad) {
            throw CatalogProblem.BAD_CONFIG.because(bad, file, firstLine(bad));
        }
        if (root == null || !root.isObject()) {
            var kind = root == null ? "nothing" : root.getNodeType().toString();
            throw CatalogProblem.BAD_CONFIG.with(file, "it holds " + kind.toLowerCase(Locale.ROOT));
        }
        return new ConfigFile(file, root);
    }

    /// `model_type`, or else a name made from `architectures`; never empty.
    String family() {
        var type = string(root, "model_type");
        if (!type.isBlank()) {
            return type;
        }
        var architectures = architectures();
        return architectures.isEmpty()
                ? "unknown"
                : architectures
                        .getFirst()
                        .replaceFirst("(For[A-Z].*|Model|LMHeadModel)$", "")
                        .toLowerCase(Locale.ROOT);
    }

    List<String> architectures() {
        var list = root.get("architectures");
        return list == null || !list.isArray()
                ? List.of()
                : list.valueStream().filter(JsonNode::isString).map(JsonNode::stringValue).toList();
    }

    boolean flag(String key) {
        var value = text.get(key);
        return value != null && value.isBoolean() && value.booleanValue();
    }

    /// The first of some spellings that is present.
    ///
    /// @throws dev.mens.diagnostics.ProblemException vox/model/absurd-number if it is present but
    ///     no whole number from 0 to `limit`
    OptionalLong number(long limit, String... spellings) {
        return Stream.of(spellings)
                .filter(key -> has(text, key))
                .mapToLong(key -> checked(text.get(key), key, limit))
                .findFirst();
    }

    /// How far a YaRN configuration stretches the context, as `rope_scaling` or
    /// `rope_parameters` say; empty for every other kind of scaling.
    OptionalLong yarnContext(long limit) {
        for (var key : List.of("rope_parameters", "rope_scaling")) {
            var rope = text.get(key);
            if (rope == null || !rope.isObject()) {
                continue;
            }
            var type = string(rope, "rope_type") + string(rope, "type");
            var factor = rope.get("factor");
            var original = rope.get("original_max_position_embeddings");
            if (type.contains("yarn") && factor != null && factor.isNumber() && original != null) {
                double length =
                        factor.asDouble(0)
                                * checked(original, "original_max_position_embeddings", limit);
                return OptionalLong.of((long) Math.clamp(length, 0, limit));
            }
        }
        return OptionalLong.empty();
    }

    private long checked(JsonNode value, String key, long limit) {
        // Python code sometimes writes 1e6 for a million, so whole floats count as whole.
        double number = value.isNumber() ? value.asDouble(Double.NaN) : Double.NaN;
        if (number != Math.rint(number) || number < 0 || number > limit) {
            var shown = value.toString();
            throw CatalogProblem.ABSURD_NUMBER.with(
                    file, key, shown.substring(0, Math.min(60, shown.length())), limit);
        }
        return (long) number;
    }

    private static boolean has(JsonNode node, String key) {
        return node.get(key) != null && !node.get(key).isNull();
    }

    private static String string(JsonNode node, String key) {
        var value = node.get(key);
        return value != null && value.isString() ? value.stringValue() : "";
    }

    private static String text(Path file, byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        var out = CharBuffer.allocate(bytes.length);
        var result =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .decode(in, out, true);
        if (result.isError()) {
            throw CatalogProblem.NOT_UTF8.with(file, in.position());
        }
        return out.flip().toString();
    }

    private static String firstLine(JacksonException bad) {
        return bad.getOriginalMessage().lines().findFirst().orElse("unreadable");
    }
}
