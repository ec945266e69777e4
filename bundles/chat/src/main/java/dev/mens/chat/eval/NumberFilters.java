package dev.mens.chat.eval;

import static java.util.Map.entry;

import dev.mens.chat.python.Arithmetic;
import dev.mens.chat.python.Numbers;
import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Bool;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Int;
import dev.mens.chat.value.Real;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Undefined;
import dev.mens.chat.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;

/// Filters that make or change numbers.
final class NumberFilters {
    static final Map<String, Filter> ALL =
            Map.ofEntries(
                    entry("abs", NumberFilters::abs),
                    entry("filesizeformat", NumberFilters::fileSize),
                    entry("float", NumberFilters::real),
                    entry("int", NumberFilters::integer),
                    entry("round", NumberFilters::round));

    private NumberFilters() {}

    private static Value abs(Run run, Value input, Arguments arguments) {
        arguments.bind("abs", 0);
        return switch (input) {
            case Real(var number) -> new Real(Math.abs(number));
            case Int(var number) -> new Int(number.abs());
            case Bool _ -> new Int(Arithmetic.integer(input));
            case Undefined undefined -> throw undefined.fault();
            case Value other ->
                    throw Fault.failed("bad operand type for abs(): '" + other.typeName() + "'");
        };
    }

    private static Value integer(Run run, Value input, Arguments arguments) {
        var bound = arguments.bind("int", 0, "default", "base");
        if (input instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (input instanceof Text(var text, _)) {
            var parsed = Numbers.integer(text, bound.integer(1, 10));
            if (parsed.isPresent()) {
                return new Int(parsed.get());
            }
        } else if (Arithmetic.isInteger(input)) {
            return new Int(Arithmetic.integer(input));
        }
        if (input instanceof Real(var number) && Double.isInfinite(number)) {
            throw Fault.failed("cannot convert float infinity to integer");
        }
        var real = Numbers.real(input);
        return real.isPresent() && Double.isFinite(real.getAsDouble())
                ? new Int(new BigDecimal(real.getAsDouble()).toBigInteger())
                : bound.get(0, Int.ZERO);
    }

    private static Value real(Run run, Value input, Arguments arguments) {
        var bound = arguments.bind("float", 0, "default");
        if (input instanceof Undefined undefined) {
            throw undefined.fault();
        }
        var real = Numbers.real(input);
        return real.isPresent() ? new Real(real.getAsDouble()) : bound.get(0, new Real(0));
    }

    private static Value round(Run run, Value input, Arguments arguments) {
        var bound = arguments.bind("round", 0, "precision", "method");
        int precision = Math.clamp(bound.integer(0, 0), -400, 400);
        return switch (bound.text(1, "common")) {
            case "common" -> half(input, precision);
            case "ceil" -> away(input, precision, true);
            case "floor" -> away(input, precision, false);
            default -> throw Fault.failed("method must be common, ceil or floor");
        };
    }

    private static Value half(Value input, int precision) {
        if (input instanceof Real(var number)) {
            return Double.isFinite(number)
                    ? new Real(
                            rounded(new BigDecimal(number), precision).doubleValue()
                                    * (1 / number < 0
                                                    && rounded(new BigDecimal(number), precision)
                                                                    .signum()
                                                            == 0
                                            ? -1.0
                                            : 1.0))
                    : input;
        }
        if (input instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (!Arithmetic.isInteger(input)) {
            throw Fault.failed("type " + input.typeName() + " doesn't define __round__ method");
        }
        var number = Arithmetic.integer(input);
        return new Int(
                precision >= 0
                        ? number
                        : rounded(new BigDecimal(number), precision).toBigInteger());
    }

    private static BigDecimal rounded(BigDecimal number, int precision) {
        return number.setScale(precision, RoundingMode.HALF_EVEN);
    }

    private static Value away(Value input, int precision, boolean up) {
        if (Arithmetic.isInteger(input) && precision >= 0) {
            return new Real(Arithmetic.real(input));
        }
        double scale = Math.pow(10, precision);
        double scaled = Arithmetic.real(input) * scale;
        if (!Double.isFinite(scaled)) {
            throw Fault.failed("cannot convert float infinity or NaN to integer");
        }
        return new Real((up ? Math.ceil(scaled) : Math.floor(scaled)) / scale);
    }

    private static Value fileSize(Run run, Value input, Arguments arguments) {
        boolean binary = arguments.bind("filesizeformat", 0, "binary").isTrue(0);
        double bytes = Numbers.real(input).orElseThrow(() -> Fault.failed("no number of bytes"));
        double base = binary ? 1024 : 1000;
        if (bytes == 1) {
            return Text.of("1 Byte");
        }
        if (!(bytes >= base)) {
            return Text.of(BigInteger.valueOf((long) bytes) + " Bytes");
        }
        int power = 1;
        while (power < 8 && bytes >= Math.pow(base, power + 1)) {
            power++;
        }
        var amount = String.format(Locale.ROOT, "%.1f ", bytes / Math.pow(base, power));
        var prefix = (binary ? "KMGTPEZY" : "kMGTPEZY").substring(power - 1, power);
        return Text.of(amount + prefix + (binary ? "iB" : "B"));
    }
}
