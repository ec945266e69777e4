package dev.mens.tokenizer.normalize;

import dev.mens.tokenizer.regex.Regex;
import dev.mens.tokenizer.text.ByteAlphabet;
import dev.mens.tokenizer.text.HfCharacters;
import dev.mens.tokenizer.text.Unicode;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/// Rewrites a text before it is cut into pieces.
public sealed interface Normalizer {

    String apply(String text);

    record Chain(List<Normalizer> links) implements Normalizer {
        @Override
        public String apply(String text) {
            var result = text;
            for (var link : links) {
                result = link.apply(result);
            }
            return result;
        }
    }

    /// A Unicode normal form.
    record Form(NormalForm form) implements Normalizer {
        @Override
        public String apply(String text) {
            return form.apply(text);
        }
    }

    record Lowercase() implements Normalizer {
        @Override
        public String apply(String text) {
            return LetterCase.lower(text);
        }
    }

    record Strip(boolean left, boolean right) implements Normalizer {
        @Override
        public String apply(String text) {
            int start = 0;
            int end = text.length();
            while (left && start < end && Unicode.isSpace(text.charAt(start))) {
                start++;
            }
            while (right && end > start && Unicode.isSpace(text.charAt(end - 1))) {
                end--;
            }
            return text.substring(start, end);
        }
    }

    record StripAccents() implements Normalizer {
        @Override
        public String apply(String text) {
            return rewrite(text, c -> !HfCharacters.combining().contains(c), c -> c);
        }
    }

    record Replace(Regex pattern, String content) implements Normalizer {
        @Override
        public String apply(String text) {
            var out = new StringBuilder(text.length());
            pattern.scan(
                    text,
                    (start, end, match) -> {
                        if (match) {
                            out.append(content);
                        } else {
                            out.append(text, start, end);
                        }
                    });
            return out.toString();
        }
    }

    record ReplaceText(String pattern, String content) implements Normalizer {
        @Override
        public String apply(String text) {
            return text.replace(pattern, content);
        }
    }

    record Prepend(String prefix) implements Normalizer {
        @Override
        public String apply(String text) {
            return text.isEmpty() ? text : prefix + text;
        }
    }

    /// BERT's clean-up; each step is optional.
    record Bert(boolean clean, boolean spaceChinese, boolean stripAccents, boolean lowercase)
            implements Normalizer {
        @Override
        public String apply(String text) {
            var result = text;
            if (clean) {
                result =
                        rewrite(
                                result,
                                c -> c != 0 && c != 0xFFFD && !HfCharacters.control().contains(c),
                                c -> Unicode.isSpace(c) ? ' ' : c);
            }
            if (spaceChinese) {
                result = spaced(result);
            }
            if (stripAccents) {
                result =
                        rewrite(
                                NormalForm.NFD.apply(result),
                                c -> !HfCharacters.nonSpacing().contains(c),
                                c -> c);
            }
            return lowercase ? LetterCase.lower(result) : result;
        }

        private static String spaced(String text) {
            var out = new StringBuilder(text.length() + 16);
            text.codePoints()
                    .forEach(
                            c -> {
                                if (isChinese(c)) {
                                    out.append(' ').appendCodePoint(c).append(' ');
                                } else {
                                    out.appendCodePoint(c);
                                }
                            });
            return out.toString();
        }

        private static boolean isChinese(int c) {
            return (c >= 0x4E00 && c <= 0x9FFF)
                    || (c >= 0x3400 && c <= 0x4DBF)
                    || (c >= 0x20000 && c <= 0x2A6DF)
                    || (c >= 0x2A700 && c <= 0x2B73F)
                    || (c >= 0x2B740 && c <= 0x2B81F)
                    || (c >= 0x2B920 && c <= 0x2CEAF)
                    || (c >= 0xF900 && c <= 0xFAFF)
                    || (c >= 0x2F800 && c <= 0x2FA1F);
        }
    }

    /// The clean-up of Google's translation models.
    record Nmt() implements Normalizer {
        @Override
        public String apply(String text) {
            return rewrite(text, c -> !isDropped(c), c -> isBlank(c) ? ' ' : c);
        }

        private static boolean isDropped(int c) {
            return (c >= 0x01 && c <= 0x08)
                    || c == 0x0B
                    || (c >= 0x0E && c <= 0x1F)
                    || c == 0x7F
                    || c == 0x8F
                    || c == 0x9F;
        }

        private static boolean isBlank(int c) {
            return c == 0x09
                    || c == 0x0A
                    || c == 0x0C
                    || c == 0x0D
                    || c == 0x1680
                    || (c >= 0x200B && c <= 0x200F)
                    || c == 0x2028
                    || c == 0x2029
                    || c == 0x2581
                    || c == 0xFEFF
                    || c == 0xFFFD;
        }
    }

    /// Spells the text as the stand-ins of its bytes.
    record ByteLevel() implements Normalizer {
        @Override
        public String apply(String text) {
            return ByteAlphabet.encode(text);
        }
    }

    /// SentencePiece's compiled character map.
    record Precompiled(CharsMap map) implements Normalizer {
        @Override
        public String apply(String text) {
            return map.apply(text);
        }
    }

    private static String rewrite(String text, IntPredicate keep, IntUnaryOperator change) {
        var out = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            at += Character.charCount(c);
            if (keep.test(c)) {
                out.appendCodePoint(change.applyAsInt(c));
            }
        }
        return out.toString();
    }
}
