package dev.mens.chat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The chat templates of a model folder with the special tokens they print. As in transformers,
/// `chat_template.jinja` (with `additional_chat_templates/`) comes before the `chat_template`
/// of tokenizer_config.json, which is one template or a list of named ones.
///
/// @param sources by name
record TemplateFiles(Map<String, String> sources, Map<String, String> specialTokens) {
    static final String DEFAULT = "default";
    /// The template that serves instead of the default where tools are given.
    static final String TOOL_USE = "tool_use";

    private static final long MAX_BYTES = 32 << 20;
    private static final JsonMapper JSON = JsonMapper.shared();

    static TemplateFiles read(Path folder) throws IOException {
        var config = json(folder.resolve("tokenizer_config.json"));
        var tokens = new LinkedHashMap<String, String>();
        addTokens(json(folder.resolve("special_tokens_map.json")), tokens);
        addTokens(config, tokens);
        addTokens(config.path("extra_special_tokens"), tokens);
        var sources = new LinkedHashMap<String, String>();
        addNamed(config.path("chat_template"), sources);
        addNamed(json(folder.resolve("chat_template.json")).path("chat_template"), sources);
        addFiles(folder, sources);
        return new TemplateFiles(sources, tokens);
    }

    private static void addFiles(Path folder, Map<String, String> sources) throws IOException {
        var file = folder.resolve("chat_template.jinja");
        if (!Files.isRegularFile(file)) {
            return;
        }
        sources.clear();
        sources.put(DEFAULT, text(file));
        var toolUse = folder.resolve("additional_chat_templates").resolve(TOOL_USE + ".jinja");
        if (Files.isRegularFile(toolUse)) {
            sources.put(TOOL_USE, text(toolUse));
        }
    }

    private static void addNamed(JsonNode templates, Map<String, String> sources) {
        if (templates.isString()) {
            sources.put(DEFAULT, templates.stringValue());
        }
        if (templates.isObject()) {
            templates.properties().forEach(e -> add(e.getKey(), e.getValue(), sources));
        }
        if (templates.isArray()) {
            for (var named : templates) {
                if (named.path("name").isString()) {
                    add(named.path("name").stringValue(), named.path("template"), sources);
                }
            }
        }
    }

    /// Adds a text, or the `content` of an added token.
    private static void add(String name, JsonNode value, Map<String, String> texts) {
        var text = value.isObject() ? value.path("content") : value;
        if (text.isString()) {
            texts.put(name, text.stringValue());
        }
    }

    private static void addTokens(JsonNode config, Map<String, String> tokens) {
        for (var property : config.properties()) {
            if (property.getKey().endsWith("_token")) {
                add(property.getKey(), property.getValue(), tokens);
            }
        }
    }

    private static JsonNode json(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return JSON.createObjectNode();
        }
        try {
            return JSON.readTree(text(file));
        } catch (JacksonException e) {
            throw ChatProblem.TEMPLATE_FILE.because(
                    e, file, "is no JSON: " + e.getOriginalMessage());
        }
    }

    private static String text(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw ChatProblem.TEMPLATE_FILE.with(file, "is longer than " + MAX_BYTES + " bytes");
        }
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
