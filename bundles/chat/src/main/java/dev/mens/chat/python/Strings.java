package dev.mens.chat.python;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// What Python's `str` does, on Java's strings.
public final class Strings {
    private static final String LINE_ENDS = "\n\r\u000b\f\u001c\u001d\u001e\u0085\u2028\u2029";

    private Strings() {}

    /// Python's `str.isspace` of one code point.
    public static boolean isSpace(int c) {
        return c >= 0x09 && c <= 0x0d
                || c >= 0x1c && c <= 0x20
                || c == 0x85
                || c == 0xa0
                || c == 0x1680
                || c >= 0x2000 && c <= 0x200a
                || c == 0x2028
                || c == 0x2029
                || c == 0x202f
                || c == 0x205f
                || c == 0x3000;
    }

    /// @param characters to strip; null for white space
    public static String strip(
            String text, @Nullable String characters, boolean left, boolean right) {
        IntPredicate strips =
                characters == null ? Strings::isSpace : c -> characters.indexOf(c) >= 0;
        int from = 0;
        int to = text.length();
        while (left && from < to && strips.test(text.codePointAt(from))) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (right && from < to && strips.test(text.codePointBefore(to))) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(from, to);
    }

    /// @param limit at most so many cuts; negative for all
    static List<String> split(String text, String separator, int limit) {
        var parts = new ArrayList<String>();
        int from = 0;
        for (int at;
                (limit < 0 || parts.size() < limit) && (at = text.indexOf(separator, from)) >= 0;
                from = at + separator.length()) {
            parts.add(text.substring(from, at));
        }
        parts.add(text.substring(from));
        return parts;
    }

    static List<String> splitFromRight(String text, String separator, int limit) {
        var parts = new ArrayList<String>();
        int to = text.length();
        for (int at;
                (limit < 0 || parts.size() < limit)
                        && to >= separator.length()
                        && (at = text.lastIndexOf(separator, to - separator.length())) >= 0;
                to = at) {
            parts.addFirst(text.substring(at + separator.length(), to));
        }
        parts.addFirst(text.substring(0, to));
        return parts;
    }

    /// Words between white space.
    static List<String> words(String text, int limit) {
        var words = new ArrayList<String>();
        int from = skip(text, 0, true);
        while (from < text.length()) {
            if (limit >= 0 && words.size() >= limit) {
                words.add(text.substring(from));
                return words;
            }
            int to = skip(text, from, false);
            words.add(text.substring(from, to));
            from = skip(text, to, true);
        }
        return words;
    }

    private static int skip(String text, int from, boolean space) {
        while (from < text.length() && isSpace(text.charAt(from)) == space) {
            from++;
        }
        return from;
    }

    static List<String> wordsFromRight(String text, int limit) {
        var words = new ArrayList<String>();
        int to = strip(text, null, false, true).length();
        while (to > 0) {
            if (limit >= 0 && words.size() >= limit) {
                words.addFirst(text.substring(0, to));
                break;
            }
            int from = to;
            while (from > 0 && !isSpace(text.charAt(from - 1))) {
                from--;
            }
            words.addFirst(text.substring(from, to));
            to = from;
            while (to > 0 && isSpace(text.charAt(to - 1))) {
                to--;
            }
        }
        words.removeIf(String::isEmpty);
        return words;
    }

    public static List<String> lines(String text, boolean keepEnds) {
        var lines = new ArrayList<String>();
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            if (LINE_ENDS.indexOf(text.charAt(i)) < 0) {
                continue;
            }
            int end = i;
            if (text.startsWith("\r\n", i)) {
                i++;
            }
            lines.add(text.substring(from, keepEnds ? i + 1 : end));
            from = i + 1;
        }
        if (from < text.length()) {
            lines.add(text.substring(from));
        }
        return lines;
    }

    public static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    public static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    public static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int end = text.offsetByCodePoints(0, 1);
        return titleCase(text.codePointAt(0)) + lower(text.substring(end));
    }

    /// Every run of letters begins with a capital.
    static String title(String text) {
        var out = new StringBuilder();
        boolean inside = false;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            out.append(inside ? lower(Character.toString(c)) : titleCase(c));
            inside = isCased(c);
            i += Character.charCount(c);
        }
        return out.toString();
    }

    private static String titleCase(int c) {
        var upper = upper(Character.toString(c));
        int title = Character.toTitleCase(c);
        return upper.codePointCount(0, upper.length()) > 1
                ? upper.substring(0, 1) + lower(upper.substring(1))
                : Character.toString(title);
    }

    static String swapCase(String text) {
        var out = new StringBuilder();
        text.codePoints()
                .forEach(
                        c -> {
                            var one = Character.toString(c);
                            out.append(
                                    Character.isUpperCase(c)
                                            ? lower(one)
                                            : Character.isLowerCase(c) ? upper(one) : one);
                        });
        return out.toString();
    }

    static boolean isCased(int c) {
        return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
    }

    public static boolean isLower(String text) {
        return text.codePoints().anyMatch(Strings::isCased)
                && text.codePoints()
                        .noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
    }

    public static boolean isUpper(String text) {
        return text.codePoints().anyMatch(Strings::isCased)
                && text.codePoints()
                        .noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c));
    }

    static boolean isTitle(String text) {
        boolean inside = false;
        boolean any = false;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            boolean capital = Character.isUpperCase(c) || Character.isTitleCase(c);
            if (isCased(c) && capital == inside) {
                return false;
            }
            inside = isCased(c);
            any |= inside;
            i += Character.charCount(c);
        }
        return any;
    }

    static boolean isDigit(int c) {
        return Character.isDigit(c)
                || c == 0xb2
                || c == 0xb3
                || c == 0xb9
                || c == 0x2070
                || c >= 0x2074 && c <= 0x2079
                || c >= 0x2080 && c <= 0x2089
                || c >= 0x2460 && c <= 0x2468;
    }

    static boolean isNumeric(int c) {
        return isDigit(c)
                || Character.getType(c) == Character.LETTER_NUMBER
                || Character.getType(c) == Character.OTHER_NUMBER;
    }

    static boolean all(String text, IntPredicate test) {
        return !text.isEmpty() && text.codePoints().allMatch(test);
    }

    static String expandTabs(String text, int size) {
        var out = new StringBuilder();
        int column = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\t') {
                int spaces = size <= 0 ? 0 : size - column % size;
                out.append(" ".repeat(spaces));
                column += spaces;
            } else {
                out.append(c);
                column = c == '\n' || c == '\r' ? 0 : column + 1;
            }
        }
        return out.toString();
    }
}
