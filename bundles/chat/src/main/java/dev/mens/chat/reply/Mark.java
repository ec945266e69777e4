package dev.mens.chat.reply;

import org.jspecify.annotations.Nullable;

/// What announces calls in a reply.
enum Mark {
    /// Hermes and Qwen.
    TOOL_CALL("<tool_call>"),
    /// Llama 3.
    PYTHON_TAG("<|python_tag|>"),
    /// Mistral.
    TOOL_CALLS("[TOOL_CALLS]");

    private final String text;

    Mark(String text) {
        this.text = text;
    }

    int length() {
        return text.length();
    }

    /// The mark that stands here, if any.
    static @Nullable Mark at(CharSequence held, int at) {
        for (var mark : values()) {
            if (mark.common(held, at) == mark.length()) {
                return mark;
            }
        }
        return null;
    }

    /// Where a mark may begin whose end is still to come; the length if nowhere.
    static int beginning(CharSequence held) {
        for (int at = Math.max(0, held.length() - PYTHON_TAG.length()); at < held.length(); at++) {
            for (var mark : values()) {
                if (mark.common(held, at) == held.length() - at) {
                    return at;
                }
            }
        }
        return held.length();
    }

    /// How many characters of the mark stand here.
    private int common(CharSequence held, int at) {
        int count = 0;
        while (count < length()
                && at + count < held.length()
                && held.charAt(at + count) == text.charAt(count)) {
            count++;
        }
        return count;
    }
}
