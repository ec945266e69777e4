package dev.mens.chat.python;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/// Python's `repr` of a float: the shortest digits that read back equal.
public final class Floats {
    private Floats() {}

    public static String repr(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value > 0 ? "0.0" : "-0.0";
        }
        // Double.toString gives the shortest digits since JDK 19; only the layout is Java's.
        var decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        var digits = decimal.unscaledValue().abs().toString();
        int exponent = digits.length() - decimal.scale() - 1;
        // Java never gives fewer than two digits, not even to 5e-324.
        var rounded = decimal.round(new MathContext(1));
        if (digits.length() == 2 && rounded.doubleValue() == value) {
            digits = rounded.unscaledValue().abs().toString();
            exponent = digits.length() - rounded.scale() - 1;
        }
        var sign = value < 0 ? "-" : "";
        return exponent < -4 || exponent >= 16
                ? sign + scientific(digits, exponent)
                : sign + plain(digits, exponent);
    }

    private static String scientific(String digits, int exponent) {
        var fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
        return digits.charAt(0) + fraction + exponent(exponent);
    }

    /// `e+05`: a sign and at least two digits.
    static String exponent(int exponent) {
        return String.format(Locale.ROOT, "e%c%02d", exponent < 0 ? '-' : '+', Math.abs(exponent));
    }

    private static String plain(String digits, int exponent) {
        if (exponent < 0) {
            return "0." + "0".repeat(-exponent - 1) + digits;
        }
        if (digits.length() <= exponent + 1) {
            return digits + "0".repeat(exponent + 1 - digits.length()) + ".0";
        }
        return digits.substring(0, exponent + 1) + "." + digits.substring(exponent + 1);
    }
}
