package dev.mens.chat.python;

import dev.mens.chat.value.Bool;
import dev.mens.chat.value.Budget;
import dev.mens.chat.value.Dict;
import dev.mens.chat.value.DictView;
import dev.mens.chat.value.Int;
import dev.mens.chat.value.Items;
import dev.mens.chat.value.Lazy;
import dev.mens.chat.value.Namespace;
import dev.mens.chat.value.None;
import dev.mens.chat.value.Range;
import dev.mens.chat.value.Real;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Thing;
import dev.mens.chat.value.Tuple;
import dev.mens.chat.value.Undefined;
import dev.mens.chat.value.Value;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;

/// Python's `str` and `repr`.
public final class Repr {
    private final Budget budget;
    private final StringBuilder out = new StringBuilder();

    private Repr(Budget budget) {
        this.budget = budget;
    }

    /// What `{{ value }}` prints.
    public static String str(Value value, Budget budget) {
        return switch (value) {
            case Text(var text, _) -> text;
            case Undefined _ -> "";
            case None _, Bool _, Int _, Real _, Items _, Tuple _ -> repr(value, budget);
            case Dict _, DictView _, Range _, Lazy _, Thing _ -> repr(value, budget);
        };
    }

    /// What a value looks like inside a printed list.
    public static String repr(Value value, Budget budget) {
        var repr = new Repr(budget);
        repr.write(value);
        return repr.out.toString();
    }

    private void write(Value value) {
        budget.enter();
        switch (value) {
            case None _ -> add("None");
            case Bool(var truth) -> add(truth ? "True" : "False");
            case Int(var number) -> add(digits(number, budget));
            case Real(var number) -> add(Floats.repr(number));
            case Text(var text, var safe) -> write(text, safe);
            case Items(var values) -> writeAll("[", values, "]");
            case Tuple(var values, _) -> writeAll("(", values, values.size() == 1 ? ",)" : ")");
            case Dict dict -> write(dict);
            case DictView view -> writeAll(view.typeName() + "([", view.elements(), "])");
            case Range range -> write(range);
            case Undefined _ -> add("Undefined");
            case Namespace namespace -> write(namespace);
            case Thing thing -> add(thing.description());
            case Lazy _ -> add("<generator object>");
        }
        budget.leave();
    }

    private void add(String text) {
        budget.text(text.length());
        out.append(text);
    }

    private void write(String text, boolean safe) {
        // Escapes may make it longer than what add() can still refuse cheaply.
        budget.text(2L * text.length());
        add(safe ? "Markup(" + quote(text) + ")" : quote(text));
    }

    private void writeAll(String open, List<Value> values, String close) {
        add(open);
        var comma = "";
        for (var value : values) {
            add(comma);
            write(value);
            comma = ", ";
        }
        add(close);
    }

    private void write(Dict dict) {
        add("{");
        var comma = "";
        for (var entry : dict.entries()) {
            add(comma);
            write(entry.key());
            add(": ");
            write(entry.value());
            comma = ", ";
        }
        add("}");
    }

    private void write(Namespace namespace) {
        add("<Namespace ");
        write(namespace.attributes());
        add(">");
    }

    private void write(Range range) {
        var step = range.step().equals(BigInteger.ONE) ? "" : ", " + range.step();
        add("range(" + range.start() + ", " + range.stop() + step + ")");
    }

    /// Decimal digits; costly for large numbers, so paid for.
    static String digits(BigInteger number, Budget budget) {
        long words = number.bitLength() / 32;
        budget.work(words * words);
        return number.toString();
    }

    /// A Python string literal: single quotes unless only those occur inside.
    static String quote(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        var out = new StringBuilder().append(quote);
        text.codePoints().forEach(c -> escape(c, quote, out));
        return out.append(quote).toString();
    }

    private static void escape(int c, char quote, StringBuilder out) {
        switch (c) {
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case '\\' -> out.append("\\\\");
            default -> {
                if (c == quote) {
                    out.append('\\').append(quote);
                } else if (isPrintable(c)) {
                    out.appendCodePoint(c);
                } else {
                    var pattern = c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x";
                    out.append(String.format(Locale.ROOT, pattern, c));
                }
            }
        }
    }

    /// Python's `str.isprintable` of one code point.
    static boolean isPrintable(int c) {
        return c == ' '
                || switch (Character.getType(c)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.PRIVATE_USE,
                            Character.UNASSIGNED,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.SPACE_SEPARATOR ->
                            false;
                    default -> true;
                };
    }
}
