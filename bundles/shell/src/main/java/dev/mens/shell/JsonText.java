package dev.mens.shell;

import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Data as JSON: records as objects, durations and instants as ISO 8601.
final class JsonText {
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                    .build();

    private static final JsonMapper COMPACT =
            JsonMapper.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

    private JsonText() {}

    /// On one line, without its end.
    static String line(Object data) {
        return COMPACT.writeValueAsString(data);
    }

    static String of(Object data) {
        return MAPPER.writeValueAsString(data);
    }
}
