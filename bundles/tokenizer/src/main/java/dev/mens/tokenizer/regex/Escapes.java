package dev.mens.tokenizer.regex;

import dev.mens.tokenizer.text.CharSet;
import dev.mens.tokenizer.text.Unicode;
import org.jspecify.annotations.Nullable;

/// Escapes that mean the same inside and outside of classes, after their backslash and letter.
final class Escapes {
    private static final CharSet HEX = CharSet.where(Unicode::isHex);

    private Escapes() {}

    /// The set that `\c` stands for, or null if it is one character.
    static @Nullable CharSet set(int c, PatternText text) {
        return switch (c) {
            case 'd' -> Unicode.digit();
            case 'D' -> Unicode.digit().negate();
            case 's' -> Unicode.space();
            case 'S' -> Unicode.space().negate();
            case 'w' -> Unicode.word();
            case 'W' -> Unicode.word().negate();
            case 'h' -> HEX;
            case 'H' -> HEX.negate();
            case 'p', 'P' -> text.take('{') ? property(c == 'P', text) : null;
            default -> null;
        };
    }

    private static CharSet property(boolean negated, PatternText text) {
        var name = text.ahead("}");
        if (name == null) {
            throw text.bad("\\p{ is not closed");
        }
        text.skipPast("}");
        boolean inverted = name.startsWith("^");
        var bare = inverted ? name.substring(1) : name;
        var set = Unicode.property(bare);
        if (set == null) {
            throw text.bad("there is no property " + bare);
        }
        return negated == inverted ? set : set.negate();
    }

    static int character(int c, PatternText text) {
        return switch (c) {
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 'f' -> '\f';
            case 'v' -> 0x0B;
            case 'a' -> 0x07;
            case 'e' -> 0x1B;
            case '0' -> text.number(8, 0, 2);
            case 'u' -> text.number(16, 4, 4);
            case 'x' -> text.take('{') ? bracedHex(text) : text.number(16, 0, 2);
            default -> c;
        };
    }

    private static int bracedHex(PatternText text) {
        int value = text.number(16, 1, 8);
        if (text.next() != '}') {
            throw text.bad("\\x{ is not closed");
        }
        return value;
    }
}
