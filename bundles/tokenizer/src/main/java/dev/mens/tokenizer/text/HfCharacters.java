package dev.mens.tokenizer.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntPredicate;

/// What HuggingFace's libraries take characters for. Each of them carries a Unicode of its own; a
/// resource lists where they differ from Java's.
public final class HfCharacters {
    private static final Map<String, CharSet> ADDED = new HashMap<>();
    private static final Map<String, CharSet> TAKEN = new HashMap<>();
    private static final Map<Integer, Integer> LOWER = new HashMap<>();
    private static final Map<Integer, Integer> COMBINING_CLASSES = new HashMap<>();

    static {
        try (var in = HfCharacters.class.getResourceAsStream("characters.txt");
                var lines =
                        new BufferedReader(
                                new InputStreamReader(
                                        Objects.requireNonNull(in), StandardCharsets.UTF_8))) {
            lines.lines().filter(line -> !line.startsWith("#")).forEach(HfCharacters::read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HfCharacters() {}

    private static void read(String line) {
        var words = line.split(" ");
        switch (words[0]) {
            case "lower" -> {
                for (int i = 1; i < words.length; i++) {
                    var pair = words[i].split("=");
                    LOWER.put(Integer.parseInt(pair[0], 16), Integer.parseInt(pair[1], 16));
                }
            }
            case "class" -> {
                int[] ranges = ranges(words, 2).ranges();
                for (int i = 0; i < ranges.length; i += 2) {
                    for (int c = ranges[i]; c <= ranges[i + 1]; c++) {
                        COMBINING_CLASSES.put(c, Integer.parseInt(words[1]));
                    }
                }
            }
            default -> (words[1].equals("+") ? ADDED : TAKEN).put(words[0], ranges(words, 2));
        }
    }

    private static CharSet ranges(String[] words, int from) {
        int[] pairs = new int[2 * (words.length - from)];
        for (int i = from; i < words.length; i++) {
            var range = words[i].split("-");
            pairs[2 * (i - from)] = Integer.parseInt(range[0], 16);
            pairs[2 * (i - from) + 1] = Integer.parseInt(range[range.length - 1], 16);
        }
        return CharSet.of(pairs);
    }

    private static CharSet corrected(String name, IntPredicate java) {
        var none = CharSet.of();
        return CharSet.where(java)
                .union(ADDED.getOrDefault(name, none))
                .minus(TAKEN.getOrDefault(name, none));
    }

    /// ASCII punctuation and symbols, and the general category P.
    public static CharSet punctuation() {
        return Punctuation.SET;
    }

    private static final class Punctuation {
        static final CharSet SET =
                corrected(
                        "punctuation",
                        Unicode.categories("p").or(HfCharacters::isAsciiPunctuation));
    }

    private static boolean isAsciiPunctuation(int c) {
        return (c >= '!' && c <= '/')
                || (c >= ':' && c <= '@')
                || (c >= '[' && c <= '`')
                || (c >= '{' && c <= '~');
    }

    /// The general category N.
    public static CharSet numeric() {
        return Numeric.SET;
    }

    private static final class Numeric {
        static final CharSet SET = corrected("numeric", Unicode.categories("n"));
    }

    /// What BERT cleans away: controls, formats, private use; but not the usual white space.
    public static CharSet control() {
        return Control.SET;
    }

    private static final class Control {
        static final CharSet SET =
                corrected(
                        "control",
                        Unicode.categories("cc", "cf", "co")
                                .and(c -> c != '\t' && c != '\n' && c != '\r'));
    }

    /// The general category Mn.
    public static CharSet nonSpacing() {
        return NonSpacing.SET;
    }

    private static final class NonSpacing {
        static final CharSet SET = corrected("nonspacing", Unicode.categories("mn"));
    }

    /// The general category M.
    public static CharSet combining() {
        return Combining.SET;
    }

    private static final class Combining {
        static final CharSet SET = corrected("combining", Unicode.categories("m"));
    }

    /// Characters that are younger than the normal forms, which leave them alone.
    public static CharSet inert() {
        return Inert.SET;
    }

    private static final class Inert {
        static final CharSet SET = corrected("inert", _ -> false);
    }

    /// Characters that go with any script.
    public static CharSet anyScript() {
        return AnyScript.SET;
    }

    private static final class AnyScript {
        static final CharSet SET =
                corrected(
                        "anyscript",
                        c ->
                                c == ' '
                                        || Character.UnicodeScript.of(c)
                                                == Character.UnicodeScript.UNKNOWN);
    }

    /// What Rust's patterns call a word character: also the joiners.
    public static CharSet word() {
        return Word.SET;
    }

    private static final class Word {
        static final CharSet SET = Unicode.word().union(CharSet.of(0x200C, 0x200D));
    }

    public static int lower(int c) {
        Integer other = c < 0xA000 ? null : LOWER.get(c);
        return other != null ? other : Character.toLowerCase(c);
    }

    public static int combiningClass(int c) {
        return COMBINING_CLASSES.getOrDefault(c, 0);
    }
}
