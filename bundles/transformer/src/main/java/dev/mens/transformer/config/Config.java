package dev.mens.transformer.config;

import dev.mens.transformer.TransformerProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A JSON object that came with a model. Every value is checked for type and range where it is
/// read; what nobody reads may be anything. `null` counts as absent, as in Python's configurations.
public final class Config {
    /// No width, count or length in a config may exceed this; what weights there are decides
    /// further.
    private static final int MAX_SIZE = 1 << 24;

    private static final long MAX_FILE_BYTES = 16 << 20;

    /// Python writes Infinity and NaN, so they may occur; reading such a number is refused.
    private static final JsonMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(64)
                                                    .build())
                                    .build())
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .build();

    private final String where;
    private final JsonNode node;

    private Config(String where, JsonNode node) {
        this.where = where;
        this.node = node;
    }

    /// @throws dev.mens.diagnostics.ProblemException vox/model/config-missing,
    ///     vox/model/config-not-json
    public static Config read(Path file) throws IOException {
        return find(file)
                .orElseThrow(
                        () ->
                                TransformerProblem.NO_CONFIG.with(
                                        file.toAbsolutePath().getParent(), file.getFileName()));
    }

    /// As {@link #read}, but an absent file is no problem.
    public static Optional<Config> find(Path file) throws IOException {
        return tree(file).map(tree -> object(String.valueOf(file.getFileName()), tree));
    }

    /// The strings under `key` of a file that is a list of objects; empty if there is no file.
    public static List<String> listed(Path file, String key) throws IOException {
        var tree = tree(file);
        if (tree.isEmpty()) {
            return List.of();
        }
        var name = String.valueOf(file.getFileName());
        var texts = new ArrayList<String>();
        for (var item : tree.get()) {
            object(name, item).text(key).ifPresent(texts::add);
        }
        return texts;
    }

    private static Optional<JsonNode> tree(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        var name = String.valueOf(file.getFileName());
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw TransformerProblem.CONFIG_NOT_JSON.with(
                    name, "it has more than " + MAX_FILE_BYTES + " bytes");
        }
        try {
            return Optional.of(JSON.readTree(Files.readAllBytes(file)));
        } catch (JacksonException broken) {
            throw TransformerProblem.CONFIG_NOT_JSON.because(
                    broken, name, broken.getOriginalMessage());
        }
    }

    private static Config object(String where, @Nullable JsonNode node) {
        if (node == null || !node.isObject()) {
            throw TransformerProblem.CONFIG_NOT_JSON.with(where, "its value is no object");
        }
        return new Config(where, node);
    }

    public boolean has(String key) {
        return get(key) != null;
    }

    /// A whole number from 1 to 2²⁴: a width, a count, a length.
    public int size(String key) {
        return required(key, integer(key, 1));
    }

    public int size(String key, int fallback) {
        var value = integer(key, 1);
        return value == null ? fallback : value;
    }

    /// A whole number from 0 to 2²⁴: an index, or a size that may be nothing.
    public OptionalInt count(String key) {
        var value = integer(key, 0);
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    /// A finite number.
    public OptionalDouble number(String key) {
        var value = get(key);
        return value == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(finite(key, value, -Double.MAX_VALUE, "a finite number"));
    }

    /// A finite number above 0 that a float can hold.
    public double positive(String key, double fallback) {
        var value = get(key);
        return value == null ? fallback : positive(key, value);
    }

    public double positive(String key) {
        return positive(key, required(key, get(key)));
    }

    public boolean flag(String key, boolean fallback) {
        var value = get(key);
        if (value == null) {
            return fallback;
        }
        if (!value.isBoolean()) {
            throw bad(key, value, "true or false");
        }
        return value.booleanValue();
    }

    public Optional<String> text(String key) {
        var value = get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw bad(key, value, "a string");
        }
        return Optional.of(value.stringValue());
    }

    public Optional<Config> object(String key) {
        var value = get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isObject()) {
            throw bad(key, value, "an object");
        }
        return Optional.of(new Config(where + ": " + key, value));
    }

    /// An object, or a string in place of it; anything else is absent.
    public Optional<String> textOrField(String key, String field) {
        var value = get(key);
        if (value != null && value.isObject()) {
            return new Config(where + ": " + key, value).text(field);
        }
        return text(key);
    }

    public List<String> texts(String key) {
        return list(
                key,
                item -> {
                    if (!item.isString()) {
                        throw bad(key, item, "a list of strings");
                    }
                    return item.stringValue();
                });
    }

    /// Finite numbers above 0.
    public List<Double> positives(String key) {
        return list(key, item -> positive(key, item));
    }

    /// Whole numbers from 0, or one in place of a list; empty if absent.
    public List<Integer> indices(String key) {
        var value = get(key);
        if (value != null && !value.isArray()) {
            return List.of(integer(key, value, 0));
        }
        return list(key, item -> integer(key, item, 0));
    }

    /// The problem that a value of this file is not what it must be.
    public RuntimeException bad(String key, Object found, String expected) {
        var text = String.valueOf(found);
        return TransformerProblem.BAD_CONFIG.with(
                where, key, text.length() > 80 ? text.substring(0, 80) + "…" : text, expected);
    }

    private <T> List<T> list(String key, Function<JsonNode, T> read) {
        var value = get(key);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw bad(key, value, "a list");
        }
        var items = new ArrayList<T>(value.size());
        for (var item : value) {
            items.add(read.apply(item));
        }
        return items;
    }

    private double positive(String key, JsonNode value) {
        return finite(key, value, Float.MIN_NORMAL, "a finite number above 0");
    }

    private double finite(String key, JsonNode value, double least, String expected) {
        if (!value.isNumber()) {
            throw bad(key, value, expected);
        }
        double number = value.doubleValue();
        // Not "number < least", so that NaN is refused as well.
        if (!(number >= least && number <= Float.MAX_VALUE)) {
            throw bad(key, value, expected);
        }
        return number;
    }

    private @Nullable Integer integer(String key, int least) {
        var value = get(key);
        return value == null ? null : integer(key, value, least);
    }

    private int integer(String key, JsonNode value, int least) {
        boolean whole = value.isIntegralNumber() && value.canConvertToInt();
        if (!whole || value.intValue() < least || value.intValue() > MAX_SIZE) {
            throw bad(key, value, "a whole number from " + least + " to " + MAX_SIZE);
        }
        return value.intValue();
    }

    private <T> T required(String key, @Nullable T value) {
        if (value == null) {
            throw bad(key, "absent", "given");
        }
        return value;
    }

    private @Nullable JsonNode get(String key) {
        var value = node.get(key);
        return value == null || value.isNull() ? null : value;
    }
}
