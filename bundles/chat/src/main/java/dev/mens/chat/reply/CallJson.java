package dev.mens.chat.reply;

import dev.mens.model.ToolCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Reads calls from their JSON. What is no call is empty, never an error: a model may write
/// anything.
final class CallJson {
    private static final int MAX_DEPTH = 64;

    private static final JsonMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private CallJson() {}

    /// The call of one object, or the calls of an array of objects; empty if any is none.
    static List<ToolCall> calls(String json) {
        var calls = new ArrayList<ToolCall>();
        var value = parse(json);
        for (var one : value instanceof List<?> several ? several : listOf(value)) {
            var call = call(one);
            if (call.isEmpty()) {
                return List.of();
            }
            calls.add(call.get());
        }
        return calls;
    }

    private static List<?> listOf(@Nullable Object value) {
        return value == null ? List.of() : List.of(value);
    }

    /// The arguments of a call whose name stands outside the JSON.
    static Optional<Map<String, Object>> arguments(String json) {
        return object(parse(json));
    }

    private static @Nullable Object parse(String json) {
        try {
            return JSON.readValue(json, Object.class);
        } catch (JacksonException e) {
            return null;
        }
    }

    private static Optional<ToolCall> call(@Nullable Object value) {
        return object(value)
                .filter(o -> o.get("name") instanceof String name && !name.isBlank())
                .flatMap(
                        o ->
                                arguments(o)
                                        .map(
                                                arguments ->
                                                        new ToolCall(
                                                                String.valueOf(o.get("name")),
                                                                arguments,
                                                                id(o))));
    }

    private static String id(Map<String, Object> call) {
        return call.get("id") instanceof String id ? id : "";
    }

    /// Called `arguments` or, by Llama, `parameters`; some models write them as text of JSON.
    private static Optional<Map<String, Object>> arguments(Map<String, Object> call) {
        var given = call.containsKey("arguments") ? "arguments" : "parameters";
        if (!call.containsKey(given)) {
            return Optional.empty();
        }
        var value = call.get(given);
        if (value instanceof String text) {
            return text.isBlank() ? Optional.of(Map.of()) : arguments(text);
        }
        return value == null ? Optional.of(Map.of()) : object(value);
    }

    private static Optional<Map<String, Object>> object(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return Optional.empty();
        }
        var object = new LinkedHashMap<String, Object>();
        map.forEach((key, element) -> object.put(String.valueOf(key), element));
        return Optional.of(object);
    }
}
