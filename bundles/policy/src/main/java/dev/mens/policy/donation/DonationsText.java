package dev.mens.policy.donation;

import java.util.List;
import java.util.Optional;

/// A policy's text, taken apart without losing a byte: statements keep where their values lie, and
/// a change replaces those characters only.
///
/// ```
/// // a comment
/// let accepts_inference_workloads = true
/// let allowed_scopes = ["chat", "search"]
/// slot text_infer { max_concurrent = 4, weight_pct = 50 }
/// ```
record DonationsText(String text, List<Setting> settings, List<SlotBlock> slots) {
    DonationsText {
        settings = List.copyOf(settings);
        slots = List.copyOf(slots);
    }

    /// @param from where the value begins in the text
    /// @param to where it ends, exclusive
    record Setting(String key, Value value, int line, int from, int to) {}

    /// @param end where the last field ends, and another may be added
    record SlotBlock(String kind, List<Setting> fields, int line, int end) {
        SlotBlock {
            fields = List.copyOf(fields);
        }

        Optional<Setting> field(String key) {
            return fields.stream().filter(field -> field.key().equals(key)).findFirst();
        }
    }

    sealed interface Value {}

    record Flag(boolean holds) implements Value {}

    record Whole(long number) implements Value {}

    record Text(String text) implements Value {}

    record Texts(List<String> texts) implements Value {
        Texts {
            texts = List.copyOf(texts);
        }
    }

    /// @throws SyntaxException at the first character that fits no statement
    static DonationsText parse(String text) throws SyntaxException {
        return new DonationsParser(text).document();
    }

    Optional<Setting> setting(String key) {
        return settings.stream().filter(setting -> setting.key().equals(key)).findFirst();
    }

    Optional<SlotBlock> slot(String kind) {
        return slots.stream().filter(slot -> slot.kind().equals(kind)).findFirst();
    }

    /// The text with one value replaced or one statement appended.
    String with(String key, String value) {
        return setting(key)
                .map(found -> replace(found, value))
                .orElseGet(() -> append("let " + key + " = " + value));
    }

    /// As {@link #with}, for a field of a slot. A new slot takes one job at a time.
    String withSlot(String kind, String field, String value) {
        var block = slot(kind);
        if (block.isEmpty()) {
            boolean concurrency = field.equals(PolicyReader.MAX_CONCURRENT);
            return append(
                    "slot %s { max_concurrent = %s, weight_pct = %s }"
                            .formatted(
                                    kind, concurrency ? value : "1", concurrency ? "100" : value));
        }
        return block.get()
                .field(field)
                .map(found -> replace(found, value))
                .orElseGet(() -> insertField(block.get(), field + " = " + value));
    }

    private String insertField(SlotBlock block, String field) {
        var separator = block.fields().isEmpty() ? " " : ", ";
        return text.substring(0, block.end())
                + separator
                + field
                + (block.fields().isEmpty() ? " " : "")
                + text.substring(block.end());
    }

    private String replace(Setting setting, String value) {
        return text.substring(0, setting.from()) + value + text.substring(setting.to());
    }

    private String append(String statement) {
        var newline = text.contains("\r\n") ? "\r\n" : "\n";
        boolean open = !text.isEmpty() && !text.endsWith("\n");
        return text + (open ? newline : "") + statement + newline;
    }

    /// The text is no policy.
    static final class SyntaxException extends Exception {
        private static final long serialVersionUID = 1L;

        SyntaxException(int line, String fault) {
            super("line " + line + ": " + fault);
        }
    }
}
