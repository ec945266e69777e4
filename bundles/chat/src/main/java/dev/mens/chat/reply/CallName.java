package dev.mens.chat.reply;

import dev.mens.model.ToolCall;
import java.util.List;

/// What Mistral's newer models write before the arguments: `name`, `name[ARGS]` or
/// `name[CALL_ID]id[ARGS]`.
record CallName(String name, String id) {
    private static final int MAX_LENGTH = 256;
    private static final String ARGUMENTS = "[ARGS]";
    private static final String ID = "[CALL_ID]";

    /// Whether this is a name or its beginning; white space may only follow it.
    static boolean mayBe(String text) {
        return text.length() <= MAX_LENGTH
                && text.stripTrailing().chars().noneMatch(Character::isWhitespace);
    }

    static CallName parse(String text) {
        var plain =
                text.endsWith(ARGUMENTS)
                        ? text.substring(0, text.length() - ARGUMENTS.length())
                        : text;
        int id = plain.indexOf(ID);
        return id < 0
                ? new CallName(plain, "")
                : new CallName(plain.substring(0, id), plain.substring(id + ID.length()));
    }

    /// The call with these arguments; empty if it is none.
    List<ToolCall> call(String json) {
        return name.isEmpty()
                ? List.of()
                : CallJson.arguments(json)
                        .map(arguments -> List.of(new ToolCall(name, arguments, id)))
                        .orElse(List.of());
    }
}
