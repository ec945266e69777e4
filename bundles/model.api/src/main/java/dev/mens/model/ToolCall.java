package dev.mens.model;

import java.util.Map;

/// A call that a model asks for.
///
/// @param name of the tool, as the model wrote it; there may be no such tool
/// @param arguments JSON as Java, as in {@link Conversation}; not checked against any schema
/// @param id what the model calls this call; empty if it gave none
public record ToolCall(String name, Map<String, Object> arguments, String id) {}
