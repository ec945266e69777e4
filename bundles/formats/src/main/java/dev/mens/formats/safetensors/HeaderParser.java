package dev.mens.formats.safetensors;

import dev.mens.diagnostics.ProblemException;
import dev.mens.formats.FormatProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Turns the header's JSON into entries, token by token, so that no tree is ever built.
final class HeaderParser {
    private static final String METADATA = "__metadata__";
    private static final int MAX_RANK = 32;
    private static final int SHOWN_NAME = 120;

    private final JsonParser json;
    private final String file;
    private final List<RawEntry> entries = new ArrayList<>();

    HeaderParser(JsonParser json, String file) {
        this.json = json;
        this.file = file;
    }

    record Parsed(List<RawEntry> entries, Map<String, String> metadata) {}

    Parsed parse() {
        var first = json.nextToken();
        if (first != JsonToken.START_OBJECT) {
            throw FormatProblem.HEADER_NOT_OBJECT.with(file, kind(first));
        }
        Map<String, String> metadata = Map.of();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            var name = json.currentName();
            if (entries.size() > HeaderReader.MAX_TENSORS) {
                throw FormatProblem.TOO_MANY_TENSORS.with(file, HeaderReader.MAX_TENSORS);
            }
            json.nextToken();
            if (name.equals(METADATA)) {
                metadata = metadata();
            } else {
                entries.add(entry(name));
            }
        }
        return new Parsed(entries, metadata);
    }

    private Map<String, String> metadata() {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return Map.of();
        }
        require(JsonToken.START_OBJECT, METADATA, "an object");
        var metadata = new LinkedHashMap<String, String>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            var key = json.currentName();
            var token = json.nextToken();
            if (token.isStructStart()) {
                throw FormatProblem.HEADER_TOO_DEEP.with(file, METADATA + "." + shown(key));
            }
            require(JsonToken.VALUE_STRING, METADATA, "a string for " + shown(key));
            metadata.put(key, json.getString());
        }
        return Collections.unmodifiableMap(metadata);
    }

    private RawEntry entry(String name) {
        require(JsonToken.START_OBJECT, name, "an object");
        @Nullable String dtype = null;
        long @Nullable [] shape = null;
        long @Nullable [] offsets = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            var field = json.currentName();
            json.nextToken();
            switch (field) {
                case "dtype" -> {
                    require(JsonToken.VALUE_STRING, name, "a string for dtype");
                    dtype = json.getString();
                }
                case "shape" -> {
                    shape = numbers(name, field, MAX_RANK);
                }
                case "data_offsets" -> {
                    offsets = numbers(name, field, 2);
                }
                default -> skip(name, field);
            }
        }
        if (dtype == null || shape == null || offsets == null || offsets.length != 2) {
            throw bad(name, "it lacks dtype, shape or two data_offsets");
        }
        return new RawEntry(name, shown(dtype), shape, offsets[0], offsets[1]);
    }

    /// Unknown fields may hold plain values only.
    private void skip(String name, String field) {
        if (json.currentToken().isStructStart()) {
            throw FormatProblem.HEADER_TOO_DEEP.with(file, shown(name) + "." + shown(field));
        }
    }

    private long[] numbers(String name, String field, int limit) {
        require(JsonToken.START_ARRAY, name, "an array for " + field);
        var numbers = new long[limit];
        int count = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (count == limit) {
                throw bad(name, field + " has more than " + limit + " numbers");
            }
            require(JsonToken.VALUE_NUMBER_INT, name, "whole numbers for " + field);
            if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                throw FormatProblem.OVERFLOW.with(
                        file, shown(name), "the number " + shown(json.getString()));
            }
            numbers[count++] = json.getLongValue();
        }
        return Arrays.copyOf(numbers, count);
    }

    private void require(JsonToken expected, String name, String what) {
        if (json.currentToken() != expected) {
            throw bad(name, "expected " + what + ", found " + kind(json.currentToken()));
        }
    }

    private ProblemException bad(String name, String why) {
        return FormatProblem.BAD_ENTRY.with(file, shown(name), why);
    }

    private static String shown(String name) {
        return name.length() <= SHOWN_NAME ? name : name.substring(0, SHOWN_NAME) + "…";
    }

    private static String kind(@Nullable JsonToken token) {
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_OBJECT -> "object";
            case START_ARRAY -> "array";
            case VALUE_STRING -> "string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "number";
            case VALUE_TRUE, VALUE_FALSE -> "boolean";
            case VALUE_NULL -> "null";
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
                    "something else";
        };
    }
}
