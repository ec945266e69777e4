package dev.mens.chat.syntax;

import dev.mens.chat.value.Fault;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Reads the tokens inside one `{{ … }}` or `{% … %}`, up to its end.
final class TagLexer {
    private static final List<String> OPERATORS =
            List.of(
                    "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(",
                    ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";");

    /// As many digits as Python reads into an integer.
    private static final int MAX_DIGITS = 4300;

    /// Takes tokens with the place where they begin.
    @FunctionalInterface
    interface Sink {
        void add(TokenType type, String text, int at);
    }

    private final String source;
    private final boolean block;
    private final Sink sink;
    private final Deque<String> open = new ArrayDeque<>();

    TagLexer(String source, boolean block, Sink sink) {
        this.source = source;
        this.block = block;
        this.sink = sink;
    }

    /// @return where the text after the tag begins
    int read(int from) {
        int at = from;
        while (true) {
            int end = open.isEmpty() ? Lexer.tagEnd(source, at, block ? "%}" : "}}", block) : -1;
            if (end >= 0) {
                sink.add(block ? TokenType.BLOCK_END : TokenType.VARIABLE_END, "", at);
                return end;
            }
            at = Lexer.skipSpace(source, at);
            if (at >= source.length()) {
                return at;
            }
            end = open.isEmpty() ? Lexer.tagEnd(source, at, block ? "%}" : "}}", block) : -1;
            if (end < 0) {
                at = token(at);
            }
        }
    }

    private int token(int at) {
        char c = source.charAt(at);
        if (c >= '0' && c <= '9') {
            return number(at);
        }
        if (c == '"' || c == '\'') {
            return string(at, c);
        }
        int name = nameEnd(at);
        if (name > at) {
            sink.add(TokenType.NAME, source.substring(at, name), at);
            return name;
        }
        for (var operator : OPERATORS) {
            if (source.startsWith(operator, at)) {
                balance(operator, at);
                sink.add(TokenType.OPERATOR, operator, at);
                return at + operator.length();
            }
        }
        throw fault(at, "unexpected char " + Character.toString(source.codePointAt(at)));
    }

    private Fault fault(int at, String message) {
        int line = 1 + (int) source.substring(0, at).chars().filter(c -> c == '\n').count();
        return Fault.syntax(line, message);
    }

    private void balance(String operator, int at) {
        switch (operator) {
            case "{" -> open.push("}");
            case "(" -> open.push(")");
            case "[" -> open.push("]");
            case "}", ")", "]" -> {
                if (open.isEmpty() || !open.pop().equals(operator)) {
                    throw fault(at, "unexpected '" + operator + "'");
                }
            }
            default -> {}
        }
    }

    private int nameEnd(int from) {
        int at = from;
        while (at < source.length() && isNamePart(source.codePointAt(at))) {
            at += Character.charCount(source.codePointAt(at));
        }
        return at;
    }

    private static boolean isNamePart(int c) {
        return c == '_'
                || Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c);
    }

    private int number(int from) {
        int end = digits(from, 10);
        // After a dot this is an index: a.0.1
        boolean index = from > 0 && source.charAt(from - 1) == '.';
        int real = index ? end : realEnd(end);
        if (real > end) {
            sink.add(TokenType.FLOAT, plain(from, real), from);
            return real;
        }
        return integer(from, end);
    }

    private int realEnd(int from) {
        int at = from;
        if (at + 1 < source.length() && source.charAt(at) == '.' && isDigit(at + 1, 10)) {
            at = digits(at + 1, 10);
        }
        if (at < source.length() && (source.charAt(at) | 0x20) == 'e') {
            int sign = at + 1;
            if (sign < source.length() && "+-".indexOf(source.charAt(sign)) >= 0) {
                sign++;
            }
            return isDigit(sign, 10) ? digits(sign, 10) : at;
        }
        return at;
    }

    private int integer(int from, int decimalEnd) {
        int radix =
                !source.startsWith("0", from) || from + 1 >= source.length()
                        ? 10
                        : switch (source.charAt(from + 1)) {
                            case 'x', 'X' -> 16;
                            case 'o', 'O' -> 8;
                            case 'b', 'B' -> 2;
                            default -> 10;
                        };
        int end = decimalEnd;
        var digits = plain(from, end);
        if (radix != 10) {
            end = digits(from + 2, radix);
            digits = plain(Math.min(from + 2, end), end);
        }
        if (digits.isEmpty() || radix == 10 && digits.matches("0+[1-9].*+")) {
            throw fault(from, "unexpected number");
        }
        if (digits.length() > MAX_DIGITS) {
            throw fault(from, "a number of more than " + MAX_DIGITS + " digits");
        }
        var value = new java.math.BigInteger(digits, radix);
        sink.add(TokenType.INTEGER, value.toString(), from);
        return end;
    }

    private String plain(int from, int to) {
        return source.substring(from, to).replace("_", "");
    }

    /// The end of digits with single underscores between them.
    private int digits(int from, int radix) {
        int at = from;
        while (isDigit(at, radix)
                || at > from
                        && at < source.length()
                        && source.charAt(at) == '_'
                        && isDigit(at + 1, radix)) {
            at++;
        }
        return at;
    }

    private boolean isDigit(int at, int radix) {
        return at < source.length()
                && source.charAt(at) < 128
                && Character.digit(source.charAt(at), radix) >= 0;
    }

    private int string(int from, char quote) {
        int at = from + 1;
        while (at < source.length() && source.charAt(at) != quote) {
            at += source.charAt(at) == '\\' ? 2 : 1;
        }
        if (at >= source.length()) {
            throw fault(from, "unexpected char " + quote);
        }
        try {
            sink.add(TokenType.STRING, Escapes.resolve(source.substring(from + 1, at)), from);
        } catch (IllegalArgumentException e) {
            throw fault(from, "bad escape in a string: " + e.getMessage());
        }
        return at + 1;
    }
}
