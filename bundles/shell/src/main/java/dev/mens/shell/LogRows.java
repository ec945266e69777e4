package dev.mens.shell;

import dev.mens.oplog.Heads;
import dev.mens.oplog.Op;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.OpLog;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// What `vox log` prints.
final class LogRows {
    private static final int SHORT_DIGITS = 12;
    private static final int SHORT_TEXT = 40;

    private LogRows() {}

    record Row(String id, Instant at, String author, String kind, String about) {}

    /// @param digest equal on all nodes that have all entries
    record Status(
            long entries,
            long sizeBytes,
            int authors,
            int waiting,
            Map<String, Long> refused,
            String digest) {}

    /// @param faults one sentence each
    record Verified(long entries, long sizeBytes, List<String> faults) implements Outcome {
        @Override
        public int exitCode() {
            return faults.isEmpty() ? 0 : 1;
        }
    }

    static Row row(OpEntry entry) {
        var about =
                fields(entry.op()).entrySet().stream()
                        .map(field -> field.getKey() + "=" + shortened(field.getValue()))
                        .collect(Collectors.joining(" "));
        return new Row(
                entry.id().shortHex(),
                entry.at(),
                entry.author().toString().substring(0, SHORT_DIGITS),
                entry.op().kind(),
                about);
    }

    /// One line of {@link #row}, for entries that come one by one.
    static String line(OpEntry entry) {
        var row = row(entry);
        return "%s  %s  %s  %-19s %s"
                .formatted(
                        row.id(),
                        row.at(),
                        row.author(),
                        row.kind(),
                        Tables.printable(row.about()));
    }

    static Status status(OpLog.Status status, byte[] digest) {
        return new Status(
                status.entries(),
                status.bytes(),
                status.authors(),
                status.waiting(),
                status.refused(),
                HexFormat.of().formatHex(digest));
    }

    /// Everything of an entry, for other programs.
    static Map<String, Object> json(OpEntry entry) {
        var json = new LinkedHashMap<String, Object>();
        json.put("id", entry.id().toString());
        json.put("author", entry.author().toString());
        json.put("sequence", entry.sequence());
        json.put("at", entry.at());
        json.put("kind", entry.op().kind());
        json.put("op", fields(entry.op()));
        json.put("parents", entry.parents().stream().map(Object::toString).toList());
        json.put("signature", HexFormat.of().formatHex(entry.signature()));
        return json;
    }

    /// For people: the same, one field a line.
    static String details(OpEntry entry) {
        var lines = new LinkedHashMap<String, Object>(json(entry));
        lines.remove("op");
        lines.putAll(fields(entry.op()));
        int width = lines.keySet().stream().mapToInt(String::length).max().orElse(0);
        return lines.entrySet().stream()
                .map(
                        line ->
                                line.getKey()
                                        + " ".repeat(width - line.getKey().length() + 2)
                                        + Tables.printable(line.getValue().toString()))
                .collect(Collectors.joining("\n"));
    }

    private static Map<String, Object> fields(Record op) {
        var fields = new LinkedHashMap<String, Object>();
        for (var component : op.getClass().getRecordComponents()) {
            try {
                fields.put(component.getName(), plain(component.getAccessor().invoke(op)));
            } catch (ReflectiveOperationException failure) {
                throw new LinkageError(component.toString(), failure);
            }
        }
        return fields;
    }

    private static Map<String, Object> fields(Op op) {
        return fields((Record) op);
    }

    private static Object plain(Object value) {
        return switch (value) {
            case Number number -> number;
            case Boolean truth -> truth;
            case byte[] bytes -> HexFormat.of().formatHex(bytes);
            case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
            case List<?> several -> several.stream().map(LogRows::plain).toList();
            case Heads heads -> plain(heads.all());
            case Heads.Head head -> fields(head);
            default -> value.toString();
        };
    }

    private static String shortened(Object value) {
        return switch (value) {
            case List<?> several -> several.size() + " of them";
            case String text when text.matches("[0-9a-f]{64,}") -> text.substring(0, SHORT_DIGITS);
            case String text when text.length() > SHORT_TEXT ->
                    "\"" + text.substring(0, SHORT_TEXT).replaceAll("\\s+", " ") + "…\"";
            case String text when text.isEmpty() || text.matches("(?s).*\\s.*") ->
                    "\"" + text.replaceAll("\\s+", " ") + "\"";
            default -> value.toString();
        };
    }
}
