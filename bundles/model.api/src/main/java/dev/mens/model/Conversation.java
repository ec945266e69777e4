package dev.mens.model;

import java.util.List;
import java.util.Map;

/// What a chat template is applied to. Values are JSON as Java: `Map<String, ?>`, `List<?>`,
/// `String`, `Integer`, `Long`, `BigInteger`, `Double`, `Boolean` and `null`.
///
/// @param messages each with `role` and `content`, and whatever the template knows besides
/// @param tools JSON schemas of tools; empty means none
/// @param answer end with the opening of the assistant's turn (`add_generation_prompt`)
/// @param extra further variables of the template, such as `enable_thinking`
public record Conversation(
        List<Map<String, Object>> messages,
        List<Map<String, Object>> tools,
        boolean answer,
        Map<String, Object> extra) {

    /// One user message, awaiting the answer.
    public static Conversation of(String user) {
        return new Conversation(
                List.of(Map.of("role", "user", "content", user)), List.of(), true, Map.of());
    }
}
