package dev.mens.tokenizer.regex;

import dev.mens.diagnostics.ProblemException;
import dev.mens.tokenizer.text.TokenizerProblem;
import org.jspecify.annotations.Nullable;

/// A pattern that is read from left to right, and what to say of it when it is wrong.
final class PatternText {
    private static final int MAX_DEPTH = 100;
    private static final int MAX_LENGTH = 20_000;

    private final String source;
    private int at;
    private int depth;

    /// @throws ProblemException vox/tokenizer/too-large
    PatternText(String source) {
        if (source.length() > MAX_LENGTH) {
            throw TokenizerProblem.TOO_LARGE.with(
                    "a pattern", "it is longer than " + MAX_LENGTH + " characters");
        }
        this.source = source;
    }

    boolean atEnd() {
        return at == source.length();
    }

    boolean peek(char c) {
        return !atEnd() && source.charAt(at) == c;
    }

    boolean peek(String text) {
        return source.startsWith(text, at);
    }

    /// Steps over `c` if it is next.
    boolean take(char c) {
        boolean here = peek(c);
        if (here) {
            at++;
        }
        return here;
    }

    boolean take(String text) {
        boolean here = peek(text);
        if (here) {
            at += text.length();
        }
        return here;
    }

    /// The next code point.
    int next() {
        if (atEnd()) {
            throw bad("it ends too early");
        }
        int c = source.codePointAt(at);
        at += Character.charCount(c);
        return c;
    }

    /// Takes back the last code point.
    void back() {
        at -= Character.charCount(source.codePointBefore(at));
    }

    /// What stands before `end`, or null if that does not come any more.
    @Nullable String ahead(String end) {
        int found = source.indexOf(end, at);
        return found < 0 ? null : source.substring(at, found);
    }

    /// Steps over what {@link #ahead} showed, and the end.
    void skipPast(String end) {
        int found = source.indexOf(end, at);
        if (found < 0) {
            throw bad("it ends too early");
        }
        at = found + end.length();
    }

    /// A number of `fewest` to `most` digits; 0 if there are none.
    int number(int radix, int fewest, int most) {
        int start = at;
        while (!atEnd() && at - start < most && Character.digit(source.charAt(at), radix) >= 0) {
            at++;
        }
        if (at - start < fewest) {
            throw bad("too few digits in an escape");
        }
        long value = start == at ? 0 : Long.parseLong(source.substring(start, at), radix);
        if (value > Character.MAX_CODE_POINT) {
            throw bad("an escape is beyond U+10FFFF");
        }
        return (int) value;
    }

    /// Counts nested groups and classes, which the parsers follow by recursion.
    void enter() {
        if (++depth > MAX_DEPTH) {
            throw bad("nested deeper than " + MAX_DEPTH);
        }
    }

    void leave() {
        depth--;
    }

    ProblemException bad(String why) {
        return TokenizerProblem.BAD_REGEX.with(source, why);
    }

    ProblemException unsupported(String what) {
        return TokenizerProblem.UNSUPPORTED.with("the pattern \"" + source + "\"", what);
    }
}
