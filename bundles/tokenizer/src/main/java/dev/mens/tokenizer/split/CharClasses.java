package dev.mens.tokenizer.split;

import dev.mens.tokenizer.text.CharSet;
import dev.mens.tokenizer.text.Unicode;

/// The characters at which pre-tokenizers split.
public final class CharClasses {
    private static final CharSet SPACE = Unicode.space();
    private static final CharSet PUNCTUATION =
            CharSet.where(c -> (c < 0x80 && isAsciiPunctuation(c)) || Unicode.isCategory(c, "p"));
    private static final CharSet NUMERIC = CharSet.where(c -> Unicode.isCategory(c, "n"));

    private CharClasses() {}

    public static CharSet space() {
        return SPACE;
    }

    public static CharSet punctuation() {
        return PUNCTUATION;
    }

    public static CharSet numeric() {
        return NUMERIC;
    }

    private static boolean isAsciiPunctuation(int c) {
        return (c >= '!' && c <= '/')
                || (c >= ':' && c <= '@')
                || (c >= '[' && c <= '`')
                || (c >= '{' && c <= '~');
    }
}
