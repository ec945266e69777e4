package dev.mens.tokenizer.regex;

import dev.mens.tokenizer.text.CharSet;
import dev.mens.tokenizer.text.Unicode;

/// Reads `[…]`, after its bracket.
final class ClassParser {
    private final PatternText text;
    private final boolean ignoreCase;
    private CharSet set = CharSet.of();

    ClassParser(PatternText text, boolean ignoreCase) {
        this.text = text;
        this.ignoreCase = ignoreCase;
    }

    CharSet parse() {
        text.enter();
        boolean negative = text.take('^');
        boolean first = true;
        CharSet product = null;
        while (first || !text.peek(']')) {
            if (text.take("&&")) {
                product = product == null ? set : product.intersect(set);
                set = CharSet.of();
            } else {
                member();
            }
            first = false;
        }
        text.next();
        text.leave();
        var whole = product == null ? set : product.intersect(set);
        if (ignoreCase) {
            whole = CaseFolding.close(whole);
        }
        return negative ? whole.negate() : whole;
    }

    private void member() {
        int c = text.next();
        switch (c) {
            case '[' -> set = set.union(isPosix() ? posix() : nested());
            case '\\' -> {
                int escaped = text.next();
                var many = Escapes.set(escaped, text);
                if (many == null) {
                    range(character(escaped));
                } else {
                    set = set.union(many);
                }
            }
            default -> range(c);
        }
    }

    private CharSet nested() {
        return new ClassParser(text, ignoreCase).parse();
    }

    /// One character, or the first of a range.
    private void range(int low) {
        boolean isRange = text.peek('-') && !text.peek("-]");
        if (!isRange) {
            set = set.union(CharSet.of(low, low));
            return;
        }
        text.next();
        if (text.peek('[')) {
            set = set.union(CharSet.of(low, low)).union(CharSet.of('-', '-'));
            return;
        }
        int high = text.next();
        if (high == '\\') {
            int escaped = text.next();
            var many = Escapes.set(escaped, text);
            if (many != null) {
                set = set.union(CharSet.of(low, low, '-', '-')).union(many);
                return;
            }
            high = character(escaped);
        }
        if (high < low) {
            throw text.bad("an empty range in a class");
        }
        set = set.union(CharSet.of(low, high));
    }

    /// A backspace is one only here; elsewhere `\b` is a word's edge.
    private int character(int escaped) {
        return escaped == 'b' ? 0x08 : Escapes.character(escaped, text);
    }

    private boolean isPosix() {
        var name = text.ahead(":]");
        return name != null && name.matches(":\\^?[a-zA-Z]+");
    }

    private CharSet posix() {
        text.next();
        boolean negative = text.take('^');
        var name = text.ahead(":]");
        var found = name == null ? null : Unicode.posix(name);
        if (found == null) {
            throw text.bad("there is no class " + name);
        }
        text.skipPast(":]");
        return negative ? found.negate() : found;
    }
}
