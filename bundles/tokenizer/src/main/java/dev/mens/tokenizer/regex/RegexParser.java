package dev.mens.tokenizer.regex;

import dev.mens.diagnostics.ProblemException;
import dev.mens.tokenizer.regex.Node.Greed;
import dev.mens.tokenizer.regex.Node.Place;
import dev.mens.tokenizer.text.CharSet;
import dev.mens.tokenizer.text.TokenizerProblem;
import dev.mens.tokenizer.text.Unicode;
import java.util.ArrayList;
import java.util.List;

/// Reads the dialect of HuggingFace's patterns: Oniguruma's Ruby syntax without back-references.
final class RegexParser {
    private static final int MAX_DEPTH = 100;
    private static final int MAX_REPEAT = 1000;
    private static final int MAX_LENGTH = 20_000;

    private final String source;
    private int at;
    private int depth;
    private boolean ignoreCase;
    private boolean dotAll;
    private boolean extended;

    RegexParser(String source) {
        this.source = source;
    }

    Node parse() {
        if (source.length() > MAX_LENGTH) {
            throw TokenizerProblem.TOO_LARGE.with(
                    "a pattern", "it is longer than " + MAX_LENGTH + " characters");
        }
        var node = choice();
        if (at < source.length()) {
            throw bad("unmatched )");
        }
        return node;
    }

    private Node choice() {
        if (++depth > MAX_DEPTH) {
            throw bad("nested deeper than " + MAX_DEPTH);
        }
        boolean outerCase = ignoreCase;
        boolean outerDot = dotAll;
        boolean outerExtended = extended;
        var branches = new ArrayList<Node>();
        branches.add(sequence());
        while (peek('|')) {
            at++;
            branches.add(sequence());
        }
        ignoreCase = outerCase;
        dotAll = outerDot;
        extended = outerExtended;
        depth--;
        return branches.size() == 1 ? branches.getFirst() : new Node.Choice(branches);
    }

    private Node sequence() {
        var parts = new ArrayList<Node>();
        while (at < source.length() && !peek('|') && !peek(')')) {
            if (skipsComment() || (extended && skipsInExtended())) {
                continue;
            }
            var atom = atom();
            parts.add(quantified(atom));
        }
        return parts.size() == 1 ? parts.getFirst() : new Node.Sequence(List.copyOf(parts));
    }

    private boolean skipsComment() {
        if (!source.startsWith("(?#", at)) {
            return false;
        }
        skipTo(')');
        return true;
    }

    private boolean skipsInExtended() {
        char c = source.charAt(at);
        if (c == '#') {
            int end = source.indexOf('\n', at);
            at = end < 0 ? source.length() : end + 1;
            return true;
        }
        if (c == ' ' || (c >= '\t' && c <= '\r')) {
            at++;
            return true;
        }
        return false;
    }

    private Node quantified(Node atom) {
        var node = atom;
        while (at < source.length()) {
            if (skipsComment()) {
                continue;
            }
            char c = source.charAt(at);
            if (c == '*' || c == '+' || c == '?') {
                at++;
                int min = c == '+' ? 1 : 0;
                int max = c == '?' ? 1 : Node.UNBOUNDED;
                node = new Node.Repeat(node, min, max, greed());
            } else if (c == '{') {
                var interval = interval(node);
                if (interval == null) {
                    return node;
                }
                node = interval;
            } else {
                return node;
            }
        }
        return node;
    }

    private Greed greed() {
        if (peek('?')) {
            at++;
            return Greed.LAZY;
        }
        if (peek('+')) {
            at++;
            return Greed.POSSESSIVE;
        }
        return Greed.GREEDY;
    }

    /// `{n}`, `{n,}`, `{,m}` or `{n,m}`; anything else is a literal brace, and null comes back.
    private Node interval(Node body) {
        int end = source.indexOf('}', at);
        if (end < 0) {
            return null;
        }
        var inside = source.substring(at + 1, end);
        if (!inside.matches("\\d{1,6}(,\\d{0,6})?|,\\d{1,6}")) {
            return null;
        }
        int comma = inside.indexOf(',');
        int min =
                comma == 0 ? 0 : Integer.parseInt(comma < 0 ? inside : inside.substring(0, comma));
        int max =
                comma < 0
                        ? min
                        : comma == inside.length() - 1
                                ? Node.UNBOUNDED
                                : Integer.parseInt(inside.substring(comma + 1));
        if (min > MAX_REPEAT || max > MAX_REPEAT) {
            throw bad("repeats more than " + MAX_REPEAT + " times");
        }
        if (max != Node.UNBOUNDED && min > max) {
            int swap = min;
            min = max;
            max = swap;
        }
        at = end + 1;
        if (peek('?')) {
            at++;
            // Ruby: {n}? is an optional {n}, not a lazy one.
            return comma < 0
                    ? new Node.Repeat(
                            new Node.Repeat(body, min, max, Greed.GREEDY), 0, 1, Greed.GREEDY)
                    : new Node.Repeat(body, min, max, Greed.LAZY);
        }
        return new Node.Repeat(body, min, max, Greed.GREEDY);
    }

    private Node atom() {
        int c = next();
        return switch (c) {
            case '(' -> group();
            case '[' -> new Node.One(new ClassParser().parse());
            case '.' ->
                    new Node.One(dotAll ? CharSet.of(0, Character.MAX_CODE_POINT) : NOT_LINE_FEED);
            case '^' -> new Node.Boundary(Place.LINE_START);
            case '$' -> new Node.Boundary(Place.LINE_END);
            case '\\' -> escape();
            case '*', '+', '?' -> throw bad("nothing to repeat");
            default -> literal(c);
        };
    }

    private static final CharSet NOT_LINE_FEED = CharSet.of('\n', '\n').negate();

    private Node literal(int c) {
        return new Node.One(ignoreCase ? CaseFolding.ofOne(c) : CharSet.of(c, c));
    }

    private Node group() {
        if (!peek('?')) {
            return closed(choice());
        }
        at++;
        int kind = next();
        return switch (kind) {
            case ':' -> closed(choice());
            case '=' -> new Node.Look(closed(choice()), true, false);
            case '!' -> new Node.Look(closed(choice()), true, true);
            case '>' -> new Node.Atomic(closed(choice()));
            case '<' -> behindOrNamed();
            default -> {
                at--;
                yield options();
            }
        };
    }

    private Node behindOrNamed() {
        if (peek('=') || peek('!')) {
            boolean negative = next() == '!';
            return new Node.Look(closed(choice()), false, negative);
        }
        skipTo('>');
        return closed(choice());
    }

    private void skipTo(char end) {
        int found = source.indexOf(end, at);
        if (found < 0) {
            throw bad("it ends too early");
        }
        at = found + 1;
    }

    private Node closed(Node node) {
        if (!peek(')')) {
            throw bad("a group is not closed");
        }
        at++;
        return node;
    }

    /// `(?i)` until the group's end, or `(?i:…)`.
    private Node options() {
        boolean outerCase = ignoreCase;
        boolean outerDot = dotAll;
        boolean outerExtended = extended;
        boolean on = true;
        while (true) {
            int c = next();
            switch (c) {
                case '-' -> on = false;
                case 'i' -> ignoreCase = on;
                case 'm' -> dotAll = on;
                case 'x' -> extended = on;
                case ')' -> {
                    var rest = choice();
                    return rest;
                }
                case ':' -> {
                    var body = closed(choice());
                    ignoreCase = outerCase;
                    dotAll = outerDot;
                    extended = outerExtended;
                    return body;
                }
                default -> throw unsupported("the group (?" + Character.toString(c));
            }
        }
    }

    private Node escape() {
        int c = next();
        return switch (c) {
            case 'A' -> new Node.Boundary(Place.TEXT_START);
            case 'z' -> new Node.Boundary(Place.TEXT_END);
            case 'Z' -> new Node.Boundary(Place.TEXT_END_LINE);
            case 'b' -> new Node.Boundary(Place.WORD_EDGE);
            case 'B' -> new Node.Boundary(Place.NOT_WORD_EDGE);
            case 'R' -> LINE_BREAK;
            case 'G', 'K', 'X', 'g', 'k', 'y', 'Y', 'O', 'N' ->
                    throw unsupported("\\" + Character.toString(c));
            case '1', '2', '3', '4', '5', '6', '7', '8', '9' ->
                    throw unsupported("a back-reference");
            default -> {
                var set = c == 'w' || c == 'W' ? loneWord(c) : classEscape(c);
                yield set != null ? new Node.One(set) : literal(charEscape(c));
            }
        };
    }

    private static final Node LINE_BREAK =
            new Node.Atomic(
                    new Node.Choice(
                            List.of(
                                    new Node.Sequence(
                                            List.of(
                                                    new Node.One(CharSet.of('\r', '\r')),
                                                    new Node.One(CharSet.of('\n', '\n')))),
                                    new Node.One(
                                            CharSet.of(0x0A, 0x0D, 0x85, 0x85, 0x2028, 0x2029)))));

    private static CharSet loneWord(int c) {
        return c == 'w' ? Unicode.loneWord() : Unicode.loneWord().negate();
    }

    /// The set that `\c` stands for, or null if it is one character.
    private CharSet classEscape(int c) {
        return switch (c) {
            case 'd' -> Unicode.digit();
            case 'D' -> Unicode.digit().negate();
            case 's' -> Unicode.space();
            case 'S' -> Unicode.space().negate();
            case 'w' -> Unicode.word();
            case 'W' -> Unicode.word().negate();
            case 'h' -> HEX;
            case 'H' -> HEX.negate();
            case 'p', 'P' -> peek('{') ? property(c == 'P') : null;
            default -> null;
        };
    }

    private static final CharSet HEX = CharSet.where(Unicode::isHex);

    private CharSet property(boolean negated) {
        int end = source.indexOf('}', at);
        if (end < 0) {
            throw bad("\\p{ is not closed");
        }
        var name = source.substring(at + 1, end);
        at = end + 1;
        boolean negative = negated;
        if (name.startsWith("^")) {
            negative = !negative;
            name = name.substring(1);
        }
        var set = Unicode.property(name);
        if (set == null) {
            throw bad("there is no property " + name);
        }
        return negative ? set.negate() : set;
    }

    private int charEscape(int c) {
        return switch (c) {
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 'f' -> '\f';
            case 'v' -> 0x0B;
            case 'a' -> 0x07;
            case 'e' -> 0x1B;
            case '0' -> number(8, 0, 2);
            case 'u' -> number(16, 4, 4);
            case 'x' -> {
                if (peek('{')) {
                    at++;
                    int value = number(16, 1, 8);
                    if (next() != '}') {
                        throw bad("\\x{ is not closed");
                    }
                    yield value;
                }
                yield number(16, 0, 2);
            }
            default -> c;
        };
    }

    private int number(int radix, int fewest, int most) {
        int start = at;
        while (at < source.length()
                && at - start < most
                && Character.digit(source.charAt(at), radix) >= 0) {
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

    private boolean peek(char c) {
        return at < source.length() && source.charAt(at) == c;
    }

    private int next() {
        if (at >= source.length()) {
            throw bad("it ends too early");
        }
        int c = source.codePointAt(at);
        at += Character.charCount(c);
        return c;
    }

    private ProblemException bad(String why) {
        return TokenizerProblem.BAD_REGEX.with(source, why);
    }

    private ProblemException unsupported(String what) {
        return TokenizerProblem.UNSUPPORTED.with("the pattern \"" + source + "\"", what);
    }

    /// Reads `[…]`, after its bracket.
    private final class ClassParser {
        private CharSet set = CharSet.of();

        CharSet parse() {
            if (++depth > MAX_DEPTH) {
                throw bad("nested deeper than " + MAX_DEPTH);
            }
            boolean negative = peek('^');
            if (negative) {
                at++;
            }
            boolean first = true;
            CharSet product = null;
            while (first || !peek(']')) {
                if (source.startsWith("&&", at)) {
                    at += 2;
                    product = product == null ? set : product.intersect(set);
                    set = CharSet.of();
                } else {
                    member();
                }
                first = false;
            }
            at++;
            depth--;
            var whole = product == null ? set : product.intersect(set);
            if (ignoreCase) {
                whole = CaseFolding.close(whole);
            }
            return negative ? whole.negate() : whole;
        }

        private void member() {
            int c = next();
            if (c == '[') {
                set = set.union(peek(':') && isPosix() ? posix() : new ClassParser().parse());
                return;
            }
            if (c == '\\') {
                int escaped = next();
                var many = classEscape(escaped);
                if (many != null) {
                    set = set.union(many);
                    return;
                }
                c = escaped == 'b' ? 0x08 : charEscape(escaped);
            }
            range(c);
        }

        private void range(int low) {
            boolean isRange = peek('-') && at + 1 < source.length() && source.charAt(at + 1) != ']';
            if (!isRange) {
                set = set.union(CharSet.of(low, low));
                return;
            }
            int dash = at++;
            int high = next();
            if (high == '[') {
                at = dash;
                set = set.union(CharSet.of(low, low));
                at++;
                set = set.union(CharSet.of('-', '-'));
                return;
            }
            if (high == '\\') {
                int escaped = next();
                var many = classEscape(escaped);
                if (many != null) {
                    set = set.union(CharSet.of(low, low, '-', '-')).union(many);
                    return;
                }
                high = escaped == 'b' ? 0x08 : charEscape(escaped);
            }
            if (high < low) {
                throw bad("an empty range in a class");
            }
            set = set.union(CharSet.of(low, high));
        }

        private boolean isPosix() {
            int end = source.indexOf(":]", at);
            return end > 0 && source.substring(at + 1, end).matches("\\^?[a-zA-Z]+");
        }

        private CharSet posix() {
            int end = source.indexOf(":]", at);
            var name = source.substring(at + 1, end);
            boolean negative = name.startsWith("^");
            var bare = negative ? name.substring(1) : name;
            var found = Unicode.posix(bare);
            if (found == null) {
                throw bad("there is no class " + name);
            }
            at = end + 2;
            return negative ? found.negate() : found;
        }
    }
}
