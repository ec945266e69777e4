package dev.mens.model;

/// A piece of a model's reply.
public sealed interface ReplyPart {

    /// Text for the reader.
    record Text(String text) implements ReplyPart {}

    /// A complete call of a tool.
    record Call(ToolCall call) implements ReplyPart {}
}
