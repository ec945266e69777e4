package dev.mens.formats.importer;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// JSON files that a model gets because its source has none.
final class JsonFiles {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private JsonFiles() {}

    static byte[] bytes(Object json) {
        return JSON.writeValueAsBytes(json);
    }
}
