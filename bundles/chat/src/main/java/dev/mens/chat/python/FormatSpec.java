package dev.mens.chat.python;

import dev.mens.chat.value.Budget;
import dev.mens.chat.value.Fault;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How a number or text is laid out: Python's format specification, which `%` shares.
///
/// @param fill code point that pads
/// @param align one of `<>^=`, or 0 for what suits the type
/// @param sign one of `+- `
/// @param group `,` or `_` between groups of digits, or 0
/// @param precision -1 if none
/// @param type a letter or `%`, or 0
record FormatSpec(
        int fill,
        char align,
        char sign,
        boolean alternate,
        int width,
        char group,
        int precision,
        char type) {

    /// Nothing sensible is wider or more precise.
    private static final int MAX_DIGITS = 10_000;

    private static final Pattern SYNTAX =
            Pattern.compile(
                    "(?:(?<fill>.)?(?<align>[<>=^]))?(?<sign>[-+ ])?(?<alt>#)?(?<zero>0)?"
                            + "(?<width>\\d{1,9})?(?<group>[,_])?(?:\\.(?<precision>\\d{1,9}))?"
                            + "(?<type>[bcdeEfFgGnosxX%])?",
                    Pattern.DOTALL);

    FormatSpec {
        if (width > MAX_DIGITS * 100 || precision > MAX_DIGITS) {
            throw Fault.bounds("a format wider than " + MAX_DIGITS);
        }
    }

    static FormatSpec parse(String spec) {
        var match = SYNTAX.matcher(spec);
        if (!match.matches()) {
            throw Fault.failed("Invalid format specifier '" + spec + "'");
        }
        boolean zero = match.group("zero") != null;
        var fill = match.group("fill");
        var align = match.group("align");
        return new FormatSpec(
                fill != null ? fill.codePointAt(0) : zero && align == null ? '0' : ' ',
                align != null ? align.charAt(0) : zero ? '=' : 0,
                character(match.group("sign"), '-'),
                match.group("alt") != null,
                number(match.group("width"), 0),
                character(match.group("group"), (char) 0),
                number(match.group("precision"), -1),
                character(match.group("type"), (char) 0));
    }

    private static char character(@Nullable String text, char otherwise) {
        return text == null ? otherwise : text.charAt(0);
    }

    private static int number(@Nullable String text, int otherwise) {
        return text == null ? otherwise : Integer.parseInt(text);
    }

    String text(String value, Budget budget) {
        if (type != 0 && type != 's' || align == '=') {
            throw Fault.failed("Unknown format code for object of type 'str'");
        }
        int length = value.codePointCount(0, value.length());
        if (precision >= 0 && precision < length) {
            value = value.substring(0, value.offsetByCodePoints(0, precision));
        }
        return pad("", value, align == 0 ? '<' : align, budget);
    }

    /// An integer as b, c, d, o, x or X, or as a float where the type says so.
    String integer(BigInteger value, Budget budget) {
        var digits =
                switch (type) {
                    case 0, 'd', 'n' -> grouped(Repr.digits(value.abs(), budget), 3);
                    case 'b' -> grouped(value.abs().toString(2), 4);
                    case 'o' -> grouped(value.abs().toString(8), 4);
                    case 'x' -> grouped(value.abs().toString(16), 4);
                    case 'X' ->
                            grouped(value.abs().toString(16).toUpperCase(java.util.Locale.ROOT), 4);
                    case 'c' -> character(value);
                    case 's' ->
                            throw Fault.failed("Unknown format code 's' for object of type 'int'");
                    default -> null;
                };
        if (digits == null) {
            return real(Arithmetic.real(new dev.mens.chat.value.Int(value)), budget);
        }
        var prefix = alternate && "boxX".indexOf(type) >= 0 ? "0" + type : "";
        return pad(sign(value.signum() < 0) + prefix, digits, align == 0 ? '>' : align, budget);
    }

    private static String character(BigInteger value) {
        if (value.signum() < 0 || value.bitLength() > 21 || value.intValue() > 0x10ffff) {
            throw Fault.failed("%c arg not in range(0x110000)");
        }
        return Character.toString(value.intValue());
    }

    String real(double value, Budget budget) {
        boolean negative = value < 0 || 1 / value < 0;
        double size = Math.abs(value);
        var digits =
                switch (type) {
                    case 'e', 'E' -> scientific(size, precision < 0 ? 6 : precision);
                    case 'f', 'F' -> fixed(size, precision < 0 ? 6 : precision);
                    case 'g', 'G', 'n' -> general(size, precision < 0 ? 6 : precision, 0);
                    case '%' -> fixed(size * 100, precision < 0 ? 6 : precision) + "%";
                    case 0 -> precision < 0 ? Floats.repr(size) : general(size, precision, 1);
                    default ->
                            throw Fault.failed(
                                    "Unknown format code '"
                                            + type
                                            + "' for object of type 'float'");
                };
        if (type == 'E' || type == 'F' || type == 'G') {
            digits = digits.toUpperCase(java.util.Locale.ROOT);
        }
        return pad(sign(negative), groupedReal(digits), align == 0 ? '>' : align, budget);
    }

    private String sign(boolean negative) {
        return negative ? "-" : sign == '-' ? "" : String.valueOf(sign);
    }

    private static @Nullable String special(double value) {
        return Double.isNaN(value) ? "nan" : Double.isInfinite(value) ? "inf" : null;
    }

    private String fixed(double value, int digits) {
        var special = special(value);
        if (special != null) {
            return special;
        }
        var text = new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
        return alternate && digits == 0 ? text + "." : text;
    }

    private String scientific(double value, int digits) {
        var special = special(value);
        if (special != null) {
            return special;
        }
        var rounded = rounded(value, digits + 1);
        var figures = figures(rounded, digits + 1);
        var point = digits > 0 || alternate ? "." : "";
        return figures.charAt(0)
                + point
                + figures.substring(1)
                + Floats.exponent(exponent(rounded));
    }

    /// @param decimals at least so many digits after the point where there is no exponent
    private String general(double value, int digits, int decimals) {
        var special = special(value);
        if (special != null) {
            return special;
        }
        int figures = Math.max(1, digits);
        var rounded = rounded(value, figures);
        int exponent = exponent(rounded);
        // Without a type, Python leaves room for the digit after the point.
        if (exponent < -4 || exponent >= figures - decimals) {
            var text = figures(rounded, figures);
            var fraction = alternate ? text.substring(1) : trimmed(text.substring(1));
            var point = fraction.isEmpty() && !alternate ? "" : ".";
            return text.charAt(0) + point + fraction + Floats.exponent(exponent);
        }
        var plain = rounded.setScale(Math.max(0, figures - 1 - exponent)).toPlainString();
        int point = plain.indexOf('.');
        if (point < 0) {
            return decimals > 0 ? plain + ".0" : alternate ? plain + "." : plain;
        }
        var fraction = alternate ? plain.substring(point + 1) : trimmed(plain.substring(point + 1));
        if (fraction.isEmpty()) {
            return plain.substring(0, point) + (decimals > 0 ? ".0" : "");
        }
        return plain.substring(0, point) + "." + fraction;
    }

    private static BigDecimal rounded(double value, int figures) {
        return new BigDecimal(value).round(new MathContext(figures, RoundingMode.HALF_EVEN));
    }

    private static int exponent(BigDecimal value) {
        return value.signum() == 0 ? 0 : value.precision() - value.scale() - 1;
    }

    private static String figures(BigDecimal value, int count) {
        var digits = value.unscaledValue().toString();
        return value.signum() == 0
                ? "0".repeat(count)
                : digits + "0".repeat(Math.max(0, count - digits.length()));
    }

    private static String trimmed(String fraction) {
        int end = fraction.length();
        while (end > 0 && fraction.charAt(end - 1) == '0') {
            end--;
        }
        return fraction.substring(0, end);
    }

    private String groupedReal(String digits) {
        int end = 0;
        while (end < digits.length() && Character.isDigit(digits.charAt(end))) {
            end++;
        }
        return grouped(digits.substring(0, end), 3) + digits.substring(end);
    }

    private String grouped(String digits, int size) {
        if (group == 0) {
            return digits;
        }
        var grouped = new StringBuilder();
        for (int i = 0; i < digits.length(); i++) {
            if (i > 0 && (digits.length() - i) % size == 0) {
                grouped.append(group);
            }
            grouped.append(digits.charAt(i));
        }
        return grouped.toString();
    }

    private String pad(String prefix, String body, char where, Budget budget) {
        int length = prefix.length() + body.codePointCount(0, body.length());
        int missing = Math.max(0, width - length);
        budget.text((long) missing + length);
        int left =
                switch (where) {
                    case '<' -> 0;
                    case '^' -> missing / 2;
                    default -> missing;
                };
        var before = Character.toString(fill).repeat(left);
        var after = Character.toString(fill).repeat(missing - left);
        return where == '=' ? prefix + before + body : before + prefix + body + after;
    }
}
