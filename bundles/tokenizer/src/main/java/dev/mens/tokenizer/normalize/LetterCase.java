package dev.mens.tokenizer.normalize;

import dev.mens.tokenizer.text.HfCharacters;

/// Lower case, character by character, whatever stands around it and whatever the locale.
final class LetterCase {
    private LetterCase() {}

    static String lower(String text) {
        var out = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            at += Character.charCount(c);
            out.appendCodePoint(HfCharacters.lower(c));
            if (c == 'İ') {
                out.append('\u0307');
            }
        }
        return out.toString();
    }
}
