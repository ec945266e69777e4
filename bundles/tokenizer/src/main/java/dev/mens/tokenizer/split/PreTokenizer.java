package dev.mens.tokenizer.split;

import dev.mens.tokenizer.regex.Regex;
import dev.mens.tokenizer.text.ByteAlphabet;
import dev.mens.tokenizer.text.CharSet;
import dev.mens.tokenizer.text.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Cuts a text into the pieces that the model sees one by one.
public sealed interface PreTokenizer
        permits PreTokenizer.Chain,
                PreTokenizer.AtPattern,
                PreTokenizer.AtChars,
                PreTokenizer.ByteLevel,
                PreTokenizer.Metaspace,
                PreTokenizer.FixedLength,
                Scripts {

    /// @param out hears of the pieces in order; none is empty
    void split(Text text, Consumer<Text> out);

    /// Whether this asks which piece holds the text's first character.
    default boolean asksForOrigin() {
        return false;
    }

    /// One after the other.
    record Chain(List<PreTokenizer> links) implements PreTokenizer {
        @Override
        public void split(Text text, Consumer<Text> out) {
            List<Text> pieces = List.of(text);
            for (var link : links) {
                var next = new ArrayList<Text>();
                for (var piece : pieces) {
                    link.split(piece, next::add);
                }
                pieces = next;
            }
            pieces.forEach(out);
        }

        @Override
        public boolean asksForOrigin() {
            return links.stream().anyMatch(PreTokenizer::asksForOrigin);
        }
    }

    /// Splits at the matches of a pattern.
    record AtPattern(Regex regex, Behavior behavior, boolean invert) implements PreTokenizer {
        @Override
        public void split(Text text, Consumer<Text> out) {
            var spans = new Behavior.Spans();
            regex.scan(text.value(), (start, end, match) -> spans.add(start, end, match ^ invert));
            behavior.apply(text, spans, out);
        }
    }

    /// Splits at each member of a set.
    record AtChars(CharSet set, Behavior behavior) implements PreTokenizer {
        @Override
        public void split(Text text, Consumer<Text> out) {
            var spans = new Behavior.Spans();
            var value = text.value();
            int gap = 0;
            int at = 0;
            while (at < value.length()) {
                int c = value.codePointAt(at);
                int next = at + Character.charCount(c);
                if (set.contains(c)) {
                    if (gap < at) {
                        spans.add(gap, at, false);
                    }
                    spans.add(at, next, true);
                    gap = next;
                }
                at = next;
            }
            if (gap < at) {
                spans.add(gap, at, false);
            }
            behavior.apply(text, spans, out);
        }
    }

    /// Spells each piece as the stand-ins of its bytes, after GPT-2's split.
    record ByteLevel(boolean prefixSpace, boolean splits) implements PreTokenizer {
        private static final Regex WORDS =
                Regex.compile(
                        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+"
                                + "|\\s+(?!\\S)|\\s+");

        @Override
        public void split(Text text, Consumer<Text> out) {
            var spaced = text;
            if (prefixSpace && !text.value().startsWith(" ")) {
                spaced = prepend(text, " ");
            }
            if (!splits) {
                out.accept(spell(spaced));
                return;
            }
            var whole = spaced;
            WORDS.scan(
                    whole.value(),
                    (start, end, _) -> {
                        if (start < end) {
                            out.accept(spell(whole.slice(start, end)));
                        }
                    });
        }

        private static Text spell(Text piece) {
            return piece.withValue(ByteAlphabet.encode(piece.value()));
        }
    }

    /// Spells spaces as a visible character and splits before each.
    record Metaspace(char replacement, Scheme scheme, boolean splits) implements PreTokenizer {
        /// Before which pieces a missing space is added.
        public enum Scheme {
            FIRST,
            NEVER,
            ALWAYS
        }

        @Override
        public boolean asksForOrigin() {
            return scheme == Scheme.FIRST;
        }

        @Override
        public void split(Text text, Consumer<Text> out) {
            var spelled = text.withValue(text.value().replace(' ', replacement));
            boolean wanted =
                    switch (scheme) {
                        case FIRST -> spelled.origin() > 0;
                        case NEVER -> false;
                        case ALWAYS -> true;
                    };
            if (wanted && !spelled.value().isEmpty() && spelled.value().charAt(0) != replacement) {
                spelled = prepend(spelled, String.valueOf(replacement));
            }
            if (splits) {
                splitBefore(spelled, out);
            } else {
                out.accept(spelled);
            }
        }

        private void splitBefore(Text text, Consumer<Text> out) {
            int start = 0;
            int next = text.value().indexOf(replacement, 1);
            while (next > 0) {
                out.accept(text.slice(start, next));
                start = next;
                next = text.value().indexOf(replacement, next + 1);
            }
            out.accept(text.slice(start, text.value().length()));
        }
    }

    /// Pieces of a fixed number of code points.
    record FixedLength(int length) implements PreTokenizer {
        @Override
        public void split(Text text, Consumer<Text> out) {
            var value = text.value();
            int start = 0;
            int count = 0;
            int at = 0;
            while (at < value.length()) {
                at += Character.charCount(value.codePointAt(at));
                if (++count == length || at == value.length()) {
                    out.accept(text.slice(start, at));
                    start = at;
                    count = 0;
                }
            }
        }
    }

    private static Text prepend(Text text, String prefix) {
        int origin = text.origin() > 0 ? text.origin() + prefix.length() : 0;
        return new Text(prefix + text.value(), origin);
    }
}
