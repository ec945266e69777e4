package dev.mens.chat.python;

import dev.mens.chat.value.Bool;
import dev.mens.chat.value.Budget;
import dev.mens.chat.value.Dict;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Items;
import dev.mens.chat.value.Range;
import dev.mens.chat.value.Real;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Tuple;
import dev.mens.chat.value.Undefined;
import dev.mens.chat.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Python's `template % values`.
public final class PercentFormat {
    private static final Pattern FIELD =
            Pattern.compile(
                    "%(?:\\((?<key>[^()]*)\\))?(?<flags>[-+ #0]*)(?<width>\\*|\\d{1,9})?"
                            + "(?:\\.(?<precision>\\*|\\d{0,9}))?[hlL]?(?<type>.)",
                    Pattern.DOTALL);

    private final List<Value> values;
    private final @Nullable Dict named;
    /// Whether Python takes the values for a mapping, of which not all need be used.
    private final boolean mapping;

    private final Budget budget;
    private int next;

    private PercentFormat(Value values, Budget budget) {
        this.values = values instanceof Tuple(var several, _) ? several : List.of(values);
        this.named = values instanceof Dict dict ? dict : null;
        this.mapping =
                values instanceof Dict
                        || values instanceof Items
                        || values instanceof Range
                        || values instanceof Undefined;
        this.budget = budget;
    }

    public static String format(String template, Value values, Budget budget) {
        return new PercentFormat(values, budget).fill(template);
    }

    private String fill(String template) {
        var out = new StringBuilder();
        var field = FIELD.matcher(template);
        int from = 0;
        for (int at; (at = template.indexOf('%', from)) >= 0; from = field.end()) {
            budget.work(1);
            out.append(template, from, at);
            if (!field.region(at, template.length()).lookingAt()) {
                throw Fault.failed("incomplete format");
            }
            var text = text(field);
            budget.text(text.length());
            out.append(text);
        }
        if (next < values.size() && !mapping) {
            throw Fault.failed("not all arguments converted during string formatting");
        }
        budget.text((long) out.length() + template.length());
        return out.append(template, from, template.length()).toString();
    }

    private Value next() {
        if (next >= values.size()) {
            throw Fault.failed("not enough arguments for format string");
        }
        return values.get(next++);
    }

    private String text(Matcher field) {
        char type = field.group("type").charAt(0);
        if (type == '%') {
            return "%";
        }
        var key = field.group("key");
        var flags = field.group("flags");
        int width = number(field.group("width"), 0);
        int precision = number(field.group("precision"), -1);
        boolean left = flags.indexOf('-') >= 0 || width < 0;
        var value = key == null ? next() : named(key);
        boolean zero = flags.indexOf('0') >= 0 && !left && "diuoxXeEfFgG".indexOf(type) >= 0;
        var spec =
                new FormatSpec(
                        zero ? '0' : ' ',
                        left ? '<' : zero ? '=' : '>',
                        flags.indexOf('+') >= 0 ? '+' : flags.indexOf(' ') >= 0 ? ' ' : '-',
                        flags.indexOf('#') >= 0,
                        Math.abs(width),
                        (char) 0,
                        precision,
                        type == 'i' || type == 'u' ? 'd' : type);
        return text(value, spec);
    }

    private Value named(String key) {
        if (named == null) {
            throw Fault.failed("format requires a mapping");
        }
        var value = named.get(key);
        if (value == null) {
            throw Fault.failed("KeyError: '" + key + "'");
        }
        return value;
    }

    private int number(@Nullable String text, int otherwise) {
        if (text == null) {
            return otherwise;
        }
        if (text.equals("*")) {
            return new dev.mens.chat.value.Int(Arithmetic.integer(next())).clamped();
        }
        return text.isEmpty() ? 0 : Integer.parseInt(text);
    }

    private String text(Value value, FormatSpec spec) {
        return switch (spec.type()) {
            case 's' -> plain(spec, Repr.str(value, budget));
            case 'r', 'a' -> plain(spec, Repr.repr(value, budget));
            case 'c' -> plain(spec, character(value));
            case 'd' -> digits(spec, integer(value));
            case 'o', 'x', 'X' -> digits(spec, Arithmetic.integer(value));
            case 'e', 'E', 'f', 'F', 'g', 'G' -> spec.real(real(value), budget);
            default -> throw Fault.failed("unsupported format character '" + spec.type() + "'");
        };
    }

    private String plain(FormatSpec spec, String text) {
        return typed(spec, 's', spec.precision()).text(text, budget);
    }

    private static FormatSpec typed(FormatSpec spec, char type, int precision) {
        return new FormatSpec(
                spec.fill(),
                spec.align(),
                spec.sign(),
                spec.alternate(),
                spec.width(),
                (char) 0,
                precision,
                type);
    }

    /// A precision of an integer is its least number of digits.
    private String digits(FormatSpec spec, BigInteger value) {
        if (spec.precision() <= 0) {
            return spec.integer(value, budget);
        }
        var bare =
                typed(new FormatSpec(' ', '>', '-', false, 0, (char) 0, -1, 'd'), spec.type(), -1);
        var digits = bare.integer(value.abs(), budget);
        var sign = value.signum() < 0 ? "-" : spec.sign() == '-' ? "" : String.valueOf(spec.sign());
        var padded = "0".repeat(Math.max(0, spec.precision() - digits.length())) + digits;
        char align = spec.align() == '<' ? '<' : '>';
        return new FormatSpec(' ', align, '-', false, spec.width(), (char) 0, -1, 's')
                .text(sign + padded, budget);
    }

    private static String character(Value value) {
        if (value instanceof Text text) {
            if (text.length() != 1) {
                throw Fault.failed("%c requires int or char");
            }
            return text.string();
        }
        var code = Arithmetic.integer(value);
        if (code.signum() < 0 || code.bitLength() > 21 || code.intValue() > 0x10ffff) {
            throw Fault.failed("%c arg not in range(0x110000)");
        }
        return Character.toString(code.intValue());
    }

    private static BigInteger integer(Value value) {
        if (value instanceof Real(var number)) {
            if (!Double.isFinite(number)) {
                throw Fault.failed("cannot convert float infinity or NaN to integer");
            }
            return new BigDecimal(number).toBigInteger();
        }
        if (value instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (!Arithmetic.isInteger(value)) {
            throw Fault.failed("%d format: a real number is required, not " + value.typeName());
        }
        return Arithmetic.integer(value);
    }

    private static double real(Value value) {
        if (value instanceof Bool || Order.isNumber(value)) {
            return Arithmetic.real(value);
        }
        throw Fault.failed("must be real number, not " + value.typeName());
    }
}
