package dev.mens.tokenizer.json;

import dev.mens.diagnostics.ProblemException;
import dev.mens.tokenizer.text.TokenizerProblem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A JSON object of tokenizer.json whose fields are read by type.
///
/// @param where its path, for diagnostics
record Section(String where, JsonNode node) {
    private static final int MAX_PARTS = 1000;

    Section {
        if (!node.isObject()) {
            throw TokenizerProblem.MALFORMED.with(where, "an object is expected");
        }
    }

    boolean has(String name) {
        var value = node.get(name);
        return value != null && !value.isNull();
    }

    String type() {
        return string("type");
    }

    String string(String name) {
        var value = string(name, null);
        if (value == null) {
            throw malformed(name, "is missing");
        }
        return value;
    }

    @Nullable String string(String name, @Nullable String otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        var value = node.get(name);
        if (!value.isString()) {
            throw malformed(name, "is no string");
        }
        return value.asString();
    }

    /// One code point.
    int character(String name) {
        var value = string(name);
        if (value.isEmpty() || value.codePointCount(0, value.length()) != 1) {
            throw malformed(name, "is not one character");
        }
        return value.codePointAt(0);
    }

    boolean flag(String name, boolean otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        var value = node.get(name);
        if (!value.isBoolean()) {
            throw malformed(name, "is neither true nor false");
        }
        return value.asBoolean();
    }

    int number(String name, int otherwise, int max) {
        return has(name) ? number(node.get(name), name, max) : otherwise;
    }

    private int number(JsonNode value, String name, int max) {
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.asLong() < 0
                || value.asLong() > max) {
            throw malformed(name, "is no whole number from 0 to " + max);
        }
        return value.asInt();
    }

    int[] numbers(String name, int max) {
        var ids = array(name);
        int[] numbers = new int[ids.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = number(ids.get(i), name, max);
        }
        return numbers;
    }

    /// A pair of a token and its id, as `["[CLS]", 101]`; the id comes back.
    int idOfPair(String name, int max) {
        var pair = array(name);
        if (pair.size() != 2) {
            throw malformed(name, "is no pair of token and id");
        }
        return number(pair.get(1), name, max);
    }

    Section section(String name) {
        if (!has(name)) {
            throw malformed(name, "is missing");
        }
        return new Section(where + "." + name, node.get(name));
    }

    List<Section> sections(String name) {
        var all = new ArrayList<Section>();
        for (var item : array(name)) {
            all.add(new Section(where + "." + name + "[" + all.size() + "]", item));
        }
        return all;
    }

    private List<JsonNode> array(String name) {
        if (!has(name) || !node.get(name).isArray()) {
            throw malformed(name, "is no list");
        }
        if (node.get(name).size() > MAX_PARTS && !name.equals("added_tokens")) {
            throw malformed(name, "has more than " + MAX_PARTS + " parts");
        }
        var items = new ArrayList<JsonNode>();
        node.get(name).forEach(items::add);
        return items;
    }

    ProblemException malformed(String name, String why) {
        return TokenizerProblem.MALFORMED.with(where, "\"" + name + "\" " + why);
    }

    ProblemException unsupported(String what) {
        return TokenizerProblem.UNSUPPORTED.with(where, what);
    }
}
