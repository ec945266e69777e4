package dev.mens.chat.python;

import dev.mens.chat.value.Bool;
import dev.mens.chat.value.Budget;
import dev.mens.chat.value.Dict;
import dev.mens.chat.value.DictView;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Int;
import dev.mens.chat.value.Items;
import dev.mens.chat.value.Lazy;
import dev.mens.chat.value.None;
import dev.mens.chat.value.Range;
import dev.mens.chat.value.Real;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Thing;
import dev.mens.chat.value.Tuple;
import dev.mens.chat.value.Undefined;
import dev.mens.chat.value.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Python's `json.dumps`.
public final class Json {

    /// @param indent of one level; null means all on one line
    /// @param comma between elements
    /// @param colon between key and value
    public record Layout(
            boolean ascii, @Nullable String indent, String comma, String colon, boolean sorted) {
        public static final Layout PLAIN = new Layout(false, null, ", ", ": ", false);
    }

    private final Layout layout;
    private final Budget budget;
    private final StringBuilder out = new StringBuilder();

    private Json(Layout layout, Budget budget) {
        this.layout = layout;
        this.budget = budget;
    }

    /// @throws Fault if JSON has no such value
    public static String dumps(Value value, Layout layout, Budget budget) {
        var json = new Json(layout, budget);
        json.write(value, 0);
        return json.out.toString();
    }

    private void write(Value value, int level) {
        budget.enter();
        switch (value) {
            case None _, Bool _, Int _, Real _ -> add(scalar(value));
            case Text(var text, _) -> quote(text);
            case Items(var values) -> write(values, level);
            case Tuple(var values, _) -> write(values, level);
            case Dict dict -> write(dict, level);
            case DictView _, Range _, Lazy _, Undefined _, Thing _ ->
                    throw Fault.failed(
                            "Object of type " + value.typeName() + " is not JSON serializable");
        }
        budget.leave();
    }

    private void add(String text) {
        budget.text(text.length());
        out.append(text);
    }

    private String scalar(Value value) {
        return switch (value) {
            case Bool(var truth) -> truth ? "true" : "false";
            case Int(var number) -> Repr.digits(number, budget);
            case Real(var number) when Double.isNaN(number) -> "NaN";
            case Real(var number) when Double.isInfinite(number) ->
                    number > 0 ? "Infinity" : "-Infinity";
            case Real(var number) -> Floats.repr(number);
            case None _ -> "null";
            case Text _,
                    Items _,
                    Tuple _,
                    Dict _,
                    DictView _,
                    Range _,
                    Lazy _,
                    Undefined _,
                    Thing _ ->
                    throw new AssertionError(value);
        };
    }

    private void write(List<Value> values, int level) {
        if (values.isEmpty()) {
            add("[]");
            return;
        }
        add("[");
        for (int i = 0; i < values.size(); i++) {
            next(i, level + 1);
            write(values.get(i), level + 1);
        }
        line(level);
        add("]");
    }

    private void write(Dict dict, int level) {
        if (dict.size() == 0) {
            add("{}");
            return;
        }
        add("{");
        int i = 0;
        for (var entry : entries(dict)) {
            next(i++, level + 1);
            quote(key(entry.key()));
            add(layout.colon);
            write(entry.value(), level + 1);
        }
        line(level);
        add("}");
    }

    private Collection<Dict.Entry> entries(Dict dict) {
        if (!layout.sorted) {
            return dict.entries();
        }
        budget.elements(dict.size());
        var entries = new ArrayList<>(dict.entries());
        entries.sort((a, b) -> Order.compare(a.key(), b.key(), budget));
        return entries;
    }

    private String key(Value key) {
        return switch (key) {
            case Text(var text, _) -> text;
            case None _, Bool _, Int _, Real _ -> scalar(key);
            case Items _, Tuple _, Dict _, DictView _, Range _, Lazy _, Undefined _, Thing _ ->
                    throw Fault.failed(
                            "keys must be str, int, float, bool or None, not " + key.typeName());
        };
    }

    private void next(int index, int level) {
        if (index > 0) {
            add(layout.comma);
        }
        line(level);
    }

    private void line(int level) {
        if (layout.indent != null) {
            budget.text((long) level * layout.indent.length());
            add("\n" + layout.indent.repeat(level));
        }
    }

    private void quote(String text) {
        budget.text(text.length() + 2L);
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            escape(text.charAt(i));
        }
        out.append('"');
    }

    private void escape(char c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case '\f' -> out.append("\\f");
            case '\b' -> out.append("\\b");
            default -> {
                if (c < 0x20 || layout.ascii && c > 0x7e) {
                    out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                } else {
                    out.append(c);
                }
            }
        }
    }
}
