package dev.mens.tokenizer.regex;

/// A pattern of tokenizer.json, compiled. Thread-safe; takes time linear in the text.
public final class Regex {
    private final Program program;

    private Regex(Program program) {
        this.program = program;
    }

    /// @throws dev.mens.diagnostics.ProblemException vox/tokenizer/bad-regex, or
    ///     vox/tokenizer/unsupported for what needs more than linear time
    public static Regex compile(String source) {
        return new Regex(Program.compile(source));
    }

    /// The pattern that matches just this text, or the empty one if that is empty.
    public static Regex literal(String text) {
        var quoted = new StringBuilder();
        text.codePoints().forEach(c -> quoted.append("\\x{%x}".formatted(c)));
        return compile(quoted.toString());
    }

    /// Hears of each match and each gap between matches, in order; together they are the text.
    public interface Spans {
        void accept(int start, int end, boolean match);
    }

    /// Finds all matches; one that is empty is not taken where the last one ended.
    public void scan(String text, Spans spans) {
        int length = text.length();
        if (length == 0) {
            return;
        }
        var matcher = new Matcher(program, text);
        int told = 0;
        int from = 0;
        int lastEnd = -1;
        while (from <= length) {
            int end = matcher.matchAt(from);
            if (end < 0 || (end == from && end == lastEnd)) {
                from += from < length ? Character.charCount(text.codePointAt(from)) : 1;
                continue;
            }
            if (told < from) {
                spans.accept(told, from, false);
            }
            spans.accept(from, end, true);
            told = end;
            lastEnd = end;
            from = end;
        }
        if (told < length) {
            spans.accept(told, length, false);
        }
    }
}
