package dev.mens.chat.python;

import dev.mens.chat.value.Bool;
import dev.mens.chat.value.Int;
import dev.mens.chat.value.Real;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Value;
import java.math.BigInteger;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/// Python's `int(…)` and `float(…)` of texts.
public final class Numbers {
    /// As many digits as Python reads into an integer.
    private static final int MAX_DIGITS = 4300;

    private static final Pattern REAL =
            Pattern.compile(
                    "[-+]?(?:(?:\\d++(?:\\.\\d*+)?|\\.\\d++)(?:[eE][-+]?\\d++)?|(?i:inf(?:inity)?|nan))");

    private Numbers() {}

    /// @param base 2 to 36, or 0 for what the prefix says
    public static Optional<BigInteger> integer(String text, int base) {
        var digits = Strings.strip(text, null, true, true);
        if (digits.length() > MAX_DIGITS || base != 0 && (base < 2 || base > 36)) {
            return Optional.empty();
        }
        boolean negative = digits.startsWith("-");
        digits = negative || digits.startsWith("+") ? digits.substring(1) : digits;
        int radix = base == 0 ? 10 : base;
        int prefixed = prefix(digits);
        if (prefixed != 0 && (base == 0 || base == prefixed)) {
            digits = digits.substring(digits.startsWith("_", 2) ? 3 : 2);
            radix = prefixed;
        }
        if (!isDigits(digits, radix)) {
            return Optional.empty();
        }
        var value = new BigInteger(digits.replace("_", ""), radix);
        return Optional.of(negative ? value.negate() : value);
    }

    private static int prefix(String digits) {
        if (digits.length() < 3 || digits.charAt(0) != '0') {
            return 0;
        }
        return switch (digits.charAt(1)) {
            case 'x', 'X' -> 16;
            case 'o', 'O' -> 8;
            case 'b', 'B' -> 2;
            default -> 0;
        };
    }

    private static boolean isDigits(String text, int radix) {
        return !text.isEmpty()
                && !text.startsWith("_")
                && !text.endsWith("_")
                && !text.contains("__")
                && text.chars().allMatch(c -> c == '_' || Character.digit(c, radix) >= 0);
    }

    /// Of a number or a text; empty if Python refuses it.
    public static OptionalDouble real(Value value) {
        return switch (value) {
            case Real(var number) -> OptionalDouble.of(number);
            case Int _, Bool _ -> OptionalDouble.of(Arithmetic.real(value));
            case Text(var text, _) -> real(Strings.strip(text, null, true, true));
            case Value _ -> OptionalDouble.empty();
        };
    }

    private static OptionalDouble real(String text) {
        var plain = text.matches(".*\\d_\\d.*") ? text.replaceAll("(?<=\\d)_(?=\\d)", "") : text;
        if (plain.length() > MAX_DIGITS || !REAL.matcher(plain).matches()) {
            return OptionalDouble.empty();
        }
        var lower = Strings.lower(plain);
        if (lower.contains("inf")) {
            return OptionalDouble.of(
                    lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
        }
        return OptionalDouble.of(lower.contains("nan") ? Double.NaN : Double.parseDouble(plain));
    }
}
