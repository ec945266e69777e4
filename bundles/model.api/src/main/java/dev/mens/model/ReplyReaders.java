package dev.mens.model;

import java.util.ArrayList;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/// Tells tool calls from text in what models write. The format is told by its marks:
///
/// * Hermes and Qwen: `<tool_call>{"name": …, "arguments": …}</tool_call>`
/// * Llama 3: `{"name": …, "parameters": …}` alone or after `<|python_tag|>`
/// * Mistral: `[TOOL_CALLS][{"name": …, "arguments": …, "id": …}]`, or
///   `[TOOL_CALLS]name[ARGS]{…}` once for each call
@ProviderType
public interface ReplyReaders {

    /// A reader for one reply of a model that was given tools.
    ReplyReader open();

    /// Reads a whole reply.
    default List<ReplyPart> read(String reply) {
        var reader = open();
        var parts = new ArrayList<>(reader.accept(reply));
        parts.addAll(reader.finish());
        return parts;
    }
}
