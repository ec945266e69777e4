package dev.mens.chat.syntax;

/// Python's backslash escapes; unknown ones stay as they are.
final class Escapes {
    private final String text;
    private final StringBuilder out = new StringBuilder();
    private int at;

    private Escapes(String text) {
        this.text = text;
    }

    /// @throws IllegalArgumentException if an escape is cut short or names no character
    static String resolve(String text) {
        return text.indexOf('\\') < 0 ? text : new Escapes(text).resolve();
    }

    private String resolve() {
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '\\' && at < text.length()) {
                escape(text.charAt(at++));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private void escape(char c) {
        switch (c) {
            case '\n' -> {}
            case '\\', '\'', '"' -> out.append(c);
            case 'n' -> out.append('\n');
            case 't' -> out.append('\t');
            case 'r' -> out.append('\r');
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'v' -> out.append('\u000b');
            case 'a' -> out.append('\u0007');
            case 'x' -> hexadecimal(2);
            case 'u' -> hexadecimal(4);
            case 'U' -> hexadecimal(8);
            case 'N' -> named();
            case '0', '1', '2', '3', '4', '5', '6', '7' -> octal(c - '0');
            default -> out.append('\\').append(c);
        }
    }

    private void hexadecimal(int digits) {
        if (at + digits > text.length()) {
            throw new IllegalArgumentException("truncated escape");
        }
        var code = text.substring(at, at + digits);
        if (code.chars().anyMatch(c -> c > 127 || Character.digit(c, 16) < 0)) {
            throw new IllegalArgumentException("truncated escape");
        }
        out.appendCodePoint(Integer.parseUnsignedInt(code, 16));
        at += digits;
    }

    private void octal(int first) {
        int value = first;
        for (int i = 0;
                i < 2 && at < text.length() && "01234567".indexOf(text.charAt(at)) >= 0;
                i++) {
            value = value * 8 + text.charAt(at++) - '0';
        }
        out.appendCodePoint(value);
    }

    private void named() {
        int end = text.indexOf('}', at);
        if (!text.startsWith("{", at) || end < 0) {
            throw new IllegalArgumentException("malformed \\N character escape");
        }
        out.appendCodePoint(Character.codePointOf(text.substring(at + 1, end)));
        at = end + 1;
    }
}
