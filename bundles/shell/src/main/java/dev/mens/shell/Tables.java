package dev.mens.shell;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.felix.service.command.Converter;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;

/// Prints data for people: a list of records as a table, one record as lines.
@Component(property = "osgi.converter.classes=dev.mens.shell.Tables$Shown")
public final class Tables implements Converter {

    /// Marks what a command returned, so that only this class formats it.
    record Shown(Object data) {}

    static Object wrap(Object data) {
        return data instanceof Record || data instanceof Collection<?> ? new Shown(data) : data;
    }

    @Override
    public @Nullable Object convert(Class<?> desiredType, Object in) {
        return null;
    }

    @Override
    public @Nullable CharSequence format(Object target, int level, Converter escape) {
        return target instanceof Shown shown ? text(shown.data()) : null;
    }

    static String text(Object data) {
        return switch (data) {
            case Collection<?> rows
                    when !rows.isEmpty() && rows.iterator().next() instanceof Record first ->
                    table(first.getClass().getRecordComponents(), rows);
            case Collection<?> nothing when nothing.isEmpty() -> "none";
            case Collection<?> cells ->
                    String.join("\n", cells.stream().map(Tables::cell).toList());
            case Record one -> lines(one);
            default -> cell(data);
        };
    }

    private static String lines(Record one) {
        var blocks = new ArrayList<String>();
        int width = 0;
        var facts = facts(one);
        for (var component : facts) {
            width = Math.max(width, title(component).length());
        }
        for (var component : facts) {
            var value = value(component, one);
            boolean nested =
                    value instanceof Collection<?> rows
                            && !rows.isEmpty()
                            && rows.iterator().next() instanceof Record;
            var head = new StringBuilder(title(component).toLowerCase(Locale.ROOT));
            blocks.add(
                    nested
                            ? head.append("\n")
                                    .append(text(value).indent(2).stripTrailing())
                                    .toString()
                            : head.repeat(' ', width - head.length() + 2)
                                    .append(cell(value).isEmpty() ? "-" : cell(value))
                                    .toString());
        }
        return String.join("\n", blocks);
    }

    /// The exit code of an {@link Outcome} is for the caller's shell, which shows it.
    private static List<RecordComponent> facts(Record one) {
        return Arrays.stream(one.getClass().getRecordComponents())
                .filter(part -> !(one instanceof Outcome && part.getName().equals("exitCode")))
                .toList();
    }

    private static String table(RecordComponent[] columns, Collection<?> rows) {
        var cells = new ArrayList<List<String>>();
        var widths = new int[columns.length];
        cells.add(Arrays.stream(columns).map(Tables::title).toList());
        for (var row : rows) {
            cells.add(Arrays.stream(columns).map(c -> cell(value(c, row))).toList());
        }
        for (var line : cells) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        var text = new StringBuilder();
        for (var line : cells) {
            var printed = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                printed.append(line.get(i)).repeat(' ', widths[i] - line.get(i).length() + 2);
            }
            text.append(printed.toString().stripTrailing()).append('\n');
        }
        return text.toString().stripTrailing();
    }

    /// `memoryBytes` becomes `MEMORY`, `activeStreams` becomes `ACTIVE STREAMS`.
    private static String title(RecordComponent component) {
        return component
                .getName()
                .replaceAll("Bytes$", "")
                .replaceAll("([a-z])([A-Z])", "$1 $2")
                .toUpperCase(Locale.ROOT);
    }

    private static @Nullable Object value(RecordComponent component, Object row) {
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true);
            var value = accessor.invoke(row);
            return component.getName().endsWith("Bytes") && value instanceof Long bytes
                    ? bytes(bytes)
                    : value;
        } catch (ReflectiveOperationException failure) {
            throw new LinkageError(component.toString(), failure);
        }
    }

    private static String cell(@Nullable Object value) {
        return switch (value) {
            case null -> "-";
            case Optional<?> optional -> optional.map(Tables::cell).orElse("-");
            case Collection<?> several ->
                    several.isEmpty()
                            ? "-"
                            : String.join(", ", several.stream().map(Tables::cell).toList());
            case Map<?, ?> map ->
                    cell(
                            map.entrySet().stream()
                                    .map(e -> e.getKey() + " " + e.getValue())
                                    .toList());
            case Duration took -> took.toMillis() + " ms";
            case Instant instant -> instant.truncatedTo(ChronoUnit.SECONDS).toString();
            case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            default -> printable(value.toString());
        };
    }

    /// Words that may be strangers', without what could steer a terminal.
    static String printable(String foreign) {
        return foreign.replaceAll("[\\p{Cntrl}&&[^\n]]", " ");
    }

    static String bytes(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        int power = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
        return String.format(
                Locale.ROOT,
                "%.1f %siB",
                bytes / (double) (1L << (10 * power)),
                "KMGTPE".charAt(power - 1));
    }
}
