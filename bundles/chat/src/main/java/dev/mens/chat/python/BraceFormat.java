package dev.mens.chat.python;

import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Bool;
import dev.mens.chat.value.Budget;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Int;
import dev.mens.chat.value.Real;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Value;

/// Python's `template.format(...)`.
final class BraceFormat {
    private final Arguments arguments;
    private final Budget budget;
    /// The next automatic field; negative once fields are numbered by hand.
    private int automatic;

    BraceFormat(Arguments arguments, Budget budget) {
        this.arguments = arguments;
        this.budget = budget;
    }

    String format(String template) {
        return format(template, 2);
    }

    private String format(String template, int depth) {
        if (depth == 0) {
            throw Fault.failed("Max string recursion exceeded");
        }
        var out = new StringBuilder();
        int i = 0;
        while (i < template.length()) {
            char c = template.charAt(i);
            if (c != '{' && c != '}') {
                out.append(c);
                i++;
            } else if (i + 1 < template.length() && template.charAt(i + 1) == c) {
                out.append(c);
                i += 2;
            } else if (c == '}') {
                throw Fault.failed("Single '}' encountered in format string");
            } else {
                int end = fieldEnd(template, i);
                var text = field(template.substring(i + 1, end), depth);
                budget.text(text.length());
                out.append(text);
                i = end + 1;
            }
        }
        budget.text(out.length());
        return out.toString();
    }

    private static int fieldEnd(String template, int open) {
        int level = 0;
        for (int i = open; i < template.length(); i++) {
            if (template.charAt(i) == '{') {
                level++;
            } else if (template.charAt(i) == '}' && --level == 0) {
                return i;
            }
        }
        throw Fault.failed("Single '{' encountered in format string");
    }

    private String field(String field, int depth) {
        budget.work(1);
        int colon = colon(field);
        var name = colon < 0 ? field : field.substring(0, colon);
        var spec = colon < 0 ? "" : field.substring(colon + 1);
        int mark = name.indexOf('!');
        var value = value(mark < 0 ? name : name.substring(0, mark));
        if (mark >= 0) {
            value = converted(value, name.substring(mark + 1));
        }
        return format(value, spec.indexOf('{') < 0 ? spec : format(spec, depth - 1));
    }

    /// The colon that begins the specification, not one inside an index.
    private static int colon(String field) {
        boolean inside = false;
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            inside = c == '[' || inside && c != ']';
            if (c == ':' && !inside) {
                return i;
            }
        }
        return -1;
    }

    private Value value(String name) {
        int end = 0;
        while (end < name.length() && ".[".indexOf(name.charAt(end)) < 0) {
            end++;
        }
        var value = first(name.substring(0, end));
        while (end < name.length()) {
            boolean index = name.charAt(end) == '[';
            int from = end + 1;
            end = index ? name.indexOf(']', from) : from;
            while (!index && end < name.length() && ".[".indexOf(name.charAt(end)) < 0) {
                end++;
            }
            if (end <= from) {
                throw Fault.failed("Empty attribute in format string");
            }
            var part = name.substring(from, end);
            value = index ? item(value, part) : Attributes.get(value, part, budget);
            end += index ? 1 : 0;
        }
        return value;
    }

    private Value item(Value value, String part) {
        return Subscript.get(value, isNumber(part) ? number(part) : Text.of(part), budget);
    }

    private Value first(String name) {
        if (!name.isEmpty() && !isNumber(name)) {
            var value = arguments.named().get(name);
            if (value == null) {
                throw Fault.failed("KeyError: '" + name + "'");
            }
            return value;
        }
        if (name.isEmpty() ? automatic < 0 : automatic > 0) {
            throw Fault.failed("cannot switch between manual and automatic field numbering");
        }
        int index = name.isEmpty() ? automatic++ : number(name).clamped();
        automatic = name.isEmpty() ? automatic : -1;
        if (index >= arguments.positional().size()) {
            throw Fault.failed("Replacement index " + index + " out of range");
        }
        return arguments.positional().get(index);
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty()
                && text.length() < 10
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static Int number(String text) {
        return Int.of(Long.parseLong(text));
    }

    private Value converted(Value value, String conversion) {
        return switch (conversion) {
            case "s" -> Text.of(Repr.str(value, budget));
            case "r", "a" -> Text.of(Repr.repr(value, budget));
            default -> throw Fault.failed("Unknown conversion specifier '" + conversion + "'");
        };
    }

    private String format(Value value, String spec) {
        if (spec.isEmpty()) {
            return Repr.str(value, budget);
        }
        var parsed = FormatSpec.parse(spec);
        return switch (value) {
            case Text(var text, _) -> parsed.text(text, budget);
            case Int(var number) -> parsed.integer(number, budget);
            case Bool bool -> parsed.integer(Arithmetic.integer(bool), budget);
            case Real(var number) -> parsed.real(number, budget);
            case Value other ->
                    throw Fault.failed(
                            "unsupported format string passed to "
                                    + other.typeName()
                                    + ".__format__");
        };
    }
}
