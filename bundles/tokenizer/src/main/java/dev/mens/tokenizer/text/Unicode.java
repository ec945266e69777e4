package dev.mens.tokenizer.text;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// The character classes that patterns and pre-tokenizers speak of.
public final class Unicode {
    private static final Map<String, CharSet> SETS = new ConcurrentHashMap<>();

    /// Indexed by the constants of {@link Character#getType}; 17 means nothing.
    private static final String[] CATEGORIES = {
        "cn", "lu", "ll", "lt", "lm", "lo", "mn", "me", "mc", "nd", "nl", "no", "zs", "zl", "zp",
        "cc", "cf", "??", "co", "cs", "pd", "ps", "pe", "pc", "po", "sm", "sc", "sk", "so", "pi",
        "pf"
    };

    private static final CharSet SPACE =
            CharSet.of(
                    0x09, 0x0D, ' ', ' ', 0x85, 0x85, 0xA0, 0xA0, 0x1680, 0x1680, 0x2000, 0x200A,
                    0x2028, 0x2029, 0x202F, 0x202F, 0x205F, 0x205F, 0x3000, 0x3000);

    private Unicode() {}

    public static CharSet space() {
        return SPACE;
    }

    public static CharSet word() {
        return cached("word", Unicode::isWord);
    }

    /// What Oniguruma takes for a word character outside of a class: also ², ³, ¹, ¼, ½ and ¾.
    public static CharSet loneWord() {
        return cached(
                "loneword",
                c -> isWord(c) || c == 0xB2 || c == 0xB3 || c == 0xB9 || (c >= 0xBC && c <= 0xBE));
    }

    public static CharSet digit() {
        return cached("nd", c -> Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER);
    }

    /// The property White_Space.
    public static boolean isSpace(int c) {
        return c < 0x80 ? c == ' ' || (c >= 0x09 && c <= 0x0D) : SPACE.contains(c);
    }

    /// Alphabetic, a mark, a decimal digit or connecting punctuation.
    public static boolean isWord(int c) {
        int type = Character.getType(c);
        return Character.isAlphabetic(c)
                || type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.CONNECTOR_PUNCTUATION;
    }

    /// A general category of one or two letters.
    public static boolean isCategory(int c, String category) {
        return isIn(c, mask(category));
    }

    private static boolean isIn(int c, int mask) {
        return ((mask >>> Character.getType(c)) & 1) != 0;
    }

    /// The types of a category as bits.
    private static int mask(String category) {
        int mask = 0;
        for (int type = 0; type < CATEGORIES.length; type++) {
            if (CATEGORIES[type].startsWith(category)) {
                mask |= 1 << type;
            }
        }
        return mask;
    }

    /// A test for any of some categories.
    static IntPredicate categories(String... names) {
        int all = 0;
        for (var name : names) {
            all |= mask(name);
        }
        int mask = all;
        return c -> isIn(c, mask);
    }

    /// What `\p{name}` means, or null if nothing.
    public static @Nullable CharSet property(String name) {
        var key = name.toLowerCase(Locale.ROOT).replaceAll("[ _-]", "");
        var known = SETS.get(key);
        if (known != null) {
            return known;
        }
        var test = predicate(key);
        return test == null ? null : cached(key, test);
    }

    /// What `[:name:]` means, or null if nothing.
    public static @Nullable CharSet posix(String name) {
        return name.equals("punct")
                ? cached("posixpunct", c -> isCategory(c, "p") || isCategory(c, "s"))
                : property(name);
    }

    private static CharSet cached(String key, IntPredicate test) {
        return SETS.computeIfAbsent(key, _ -> CharSet.where(test));
    }

    private static @Nullable IntPredicate predicate(String key) {
        var category = LONG_NAMES.getOrDefault(key, key);
        if (category.length() <= 2 && CATEGORY_NAMES.contains(category)) {
            return categories(category);
        }
        if (category.equals("lc")) {
            return categories("lu", "ll", "lt");
        }
        return switch (key) {
            case "any" -> _ -> true;
            case "assigned" -> c -> Character.getType(c) != Character.UNASSIGNED;
            case "ascii" -> c -> c < 0x80;
            case "alpha", "alphabetic" -> Character::isAlphabetic;
            case "alnum" -> c -> Character.isAlphabetic(c) || isCategory(c, "nd");
            case "blank" -> c -> c == '\t' || isCategory(c, "zs");
            case "cntrl" -> c -> isCategory(c, "cc");
            case "digit" -> c -> isCategory(c, "nd");
            case "graph" -> c -> !isSpace(c) && !isAny(c, "cc", "cn", "cs");
            case "lower", "lowercase" -> Character::isLowerCase;
            case "print" ->
                    c -> (!isSpace(c) && !isAny(c, "cc", "cn", "cs")) || isCategory(c, "zs");
            case "punct" -> c -> isCategory(c, "p");
            case "space", "whitespace" -> Unicode::isSpace;
            case "upper", "uppercase" -> Character::isUpperCase;
            case "xdigit" -> Unicode::isHex;
            case "word" ->
                    c ->
                            isWord(c)
                                    || c == 0xB2
                                    || c == 0xB3
                                    || c == 0xB9
                                    || (c >= 0xBC && c <= 0xBE);
            case "ideographic" -> Character::isIdeographic;
            case "emoji" -> Character::isEmoji;
            case "emojipresentation" -> Character::isEmojiPresentation;
            case "emojimodifier" -> Character::isEmojiModifier;
            case "emojimodifierbase" -> Character::isEmojiModifierBase;
            case "emojicomponent" -> Character::isEmojiComponent;
            case "extendedpictographic" -> Character::isExtendedPictographic;
            default -> script(key);
        };
    }

    public static boolean isHex(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    private static boolean isAny(int c, String... categories) {
        for (var category : categories) {
            if (isCategory(c, category)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable IntPredicate script(String key) {
        for (var script : Character.UnicodeScript.values()) {
            if (script.name().toLowerCase(Locale.ROOT).replace("_", "").equals(key)) {
                return c -> Character.UnicodeScript.of(c) == script;
            }
        }
        return null;
    }

    private static final java.util.Set<String> CATEGORY_NAMES =
            java.util.Set.of(
                    "l", "lu", "ll", "lt", "lm", "lo", "m", "mn", "me", "mc", "n", "nd", "nl", "no",
                    "z", "zs", "zl", "zp", "c", "cc", "cf", "cn", "co", "cs", "p", "pd", "ps", "pe",
                    "pc", "po", "pi", "pf", "s", "sm", "sc", "sk", "so");

    private static final Map<String, String> LONG_NAMES =
            Map.ofEntries(
                    Map.entry("letter", "l"),
                    Map.entry("uppercaseletter", "lu"),
                    Map.entry("lowercaseletter", "ll"),
                    Map.entry("titlecaseletter", "lt"),
                    Map.entry("casedletter", "lc"),
                    Map.entry("modifierletter", "lm"),
                    Map.entry("otherletter", "lo"),
                    Map.entry("mark", "m"),
                    Map.entry("combiningmark", "m"),
                    Map.entry("nonspacingmark", "mn"),
                    Map.entry("spacingmark", "mc"),
                    Map.entry("enclosingmark", "me"),
                    Map.entry("number", "n"),
                    Map.entry("decimalnumber", "nd"),
                    Map.entry("letternumber", "nl"),
                    Map.entry("othernumber", "no"),
                    Map.entry("punctuation", "p"),
                    Map.entry("connectorpunctuation", "pc"),
                    Map.entry("dashpunctuation", "pd"),
                    Map.entry("openpunctuation", "ps"),
                    Map.entry("closepunctuation", "pe"),
                    Map.entry("initialpunctuation", "pi"),
                    Map.entry("finalpunctuation", "pf"),
                    Map.entry("otherpunctuation", "po"),
                    Map.entry("symbol", "s"),
                    Map.entry("mathsymbol", "sm"),
                    Map.entry("currencysymbol", "sc"),
                    Map.entry("modifiersymbol", "sk"),
                    Map.entry("othersymbol", "so"),
                    Map.entry("separator", "z"),
                    Map.entry("spaceseparator", "zs"),
                    Map.entry("lineseparator", "zl"),
                    Map.entry("paragraphseparator", "zp"),
                    Map.entry("other", "c"),
                    Map.entry("control", "cc"),
                    Map.entry("format", "cf"),
                    Map.entry("surrogate", "cs"),
                    Map.entry("privateuse", "co"),
                    Map.entry("unassigned", "cn"));
}
