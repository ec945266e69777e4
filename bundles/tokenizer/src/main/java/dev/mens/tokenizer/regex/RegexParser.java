package dev.mens.tokenizer.regex;

import dev.mens.tokenizer.regex.Node.Greed;
import dev.mens.tokenizer.regex.Node.Place;
import dev.mens.tokenizer.text.CharSet;
import dev.mens.tokenizer.text.Unicode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the dialect of HuggingFace's patterns: Oniguruma's Ruby syntax without back-references.
final class RegexParser {
    private static final int MAX_REPEAT = 1000;

    private final PatternText text;
    private boolean ignoreCase;
    private boolean dotAll;
    private boolean extended;

    RegexParser(String source) {
        this.text = new PatternText(source);
    }

    Node parse() {
        var node = choice();
        if (!text.atEnd()) {
            throw text.bad("unmatched )");
        }
        return node;
    }

    private Node choice() {
        text.enter();
        boolean outerCase = ignoreCase;
        boolean outerDot = dotAll;
        boolean outerExtended = extended;
        var branches = new ArrayList<Node>();
        branches.add(sequence());
        while (text.take('|')) {
            branches.add(sequence());
        }
        ignoreCase = outerCase;
        dotAll = outerDot;
        extended = outerExtended;
        text.leave();
        return branches.size() == 1 ? branches.getFirst() : new Node.Choice(branches);
    }

    private Node sequence() {
        var parts = new ArrayList<Node>();
        while (!text.atEnd() && !text.peek('|') && !text.peek(')')) {
            if (skipsComment() || (extended && skipsInExtended())) {
                continue;
            }
            var atom = atom();
            parts.add(quantified(atom));
        }
        return parts.size() == 1 ? parts.getFirst() : new Node.Sequence(List.copyOf(parts));
    }

    private boolean skipsComment() {
        boolean comment = text.take("(?#");
        if (comment) {
            text.skipPast(")");
        }
        return comment;
    }

    private boolean skipsInExtended() {
        int c = text.next();
        if (c == '#') {
            while (!text.atEnd() && !text.take('\n')) {
                text.next();
            }
            return true;
        }
        boolean blank = c == ' ' || (c >= '\t' && c <= '\r');
        if (!blank) {
            text.back();
        }
        return blank;
    }

    private Node quantified(Node atom) {
        var node = atom;
        while (!text.atEnd()) {
            if (skipsComment()) {
                continue;
            }
            var repeated = repeated(node);
            if (repeated == null) {
                return node;
            }
            node = repeated;
        }
        return node;
    }

    /// The node with the quantifier that is next, or null if none is.
    private @Nullable Node repeated(Node body) {
        if (text.take('*')) {
            return new Node.Repeat(body, 0, Node.UNBOUNDED, greed());
        }
        if (text.take('+')) {
            return new Node.Repeat(body, 1, Node.UNBOUNDED, greed());
        }
        if (text.take('?')) {
            return new Node.Repeat(body, 0, 1, greed());
        }
        return text.peek('{') ? interval(body) : null;
    }

    private Greed greed() {
        if (text.take('?')) {
            return Greed.LAZY;
        }
        return text.take('+') ? Greed.POSSESSIVE : Greed.GREEDY;
    }

    /// `{n}`, `{n,}`, `{,m}` or `{n,m}`; anything else is a literal brace, and null comes back.
    private @Nullable Node interval(Node body) {
        var braced = text.ahead("}");
        if (braced == null || !braced.matches("\\{(\\d{1,6}(,\\d{0,6})?|,\\d{1,6})")) {
            return null;
        }
        text.skipPast("}");
        var inside = braced.substring(1);
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
            throw text.bad("repeats more than " + MAX_REPEAT + " times");
        }
        if (max != Node.UNBOUNDED && min > max) {
            int swap = min;
            min = max;
            max = swap;
        }
        if (text.take('?')) {
            // Ruby: {n}? is an optional {n}, not a lazy one.
            return comma < 0
                    ? new Node.Repeat(
                            new Node.Repeat(body, min, max, Greed.GREEDY), 0, 1, Greed.GREEDY)
                    : new Node.Repeat(body, min, max, Greed.LAZY);
        }
        return new Node.Repeat(body, min, max, Greed.GREEDY);
    }

    private Node atom() {
        int c = text.next();
        return switch (c) {
            case '(' -> group();
            case '[' -> new Node.One(new ClassParser(text, ignoreCase).parse());
            case '.' ->
                    new Node.One(dotAll ? CharSet.of(0, Character.MAX_CODE_POINT) : NOT_LINE_FEED);
            case '^' -> new Node.Boundary(Place.LINE_START);
            case '$' -> new Node.Boundary(Place.LINE_END);
            case '\\' -> escape();
            case '*', '+', '?' -> throw text.bad("nothing to repeat");
            default -> literal(c);
        };
    }

    private static final CharSet NOT_LINE_FEED = CharSet.of('\n', '\n').negate();

    private Node literal(int c) {
        return new Node.One(ignoreCase ? CaseFolding.ofOne(c) : CharSet.of(c, c));
    }

    private Node group() {
        if (!text.take('?')) {
            return closed(choice());
        }
        int kind = text.next();
        return switch (kind) {
            case ':' -> closed(choice());
            case '=' -> new Node.Look(closed(choice()), true, false);
            case '!' -> new Node.Look(closed(choice()), true, true);
            case '>' -> new Node.Atomic(closed(choice()));
            case '<' -> behindOrNamed();
            default -> {
                text.back();
                yield options();
            }
        };
    }

    private Node behindOrNamed() {
        if (text.peek('=') || text.peek('!')) {
            boolean negative = text.next() == '!';
            return new Node.Look(closed(choice()), false, negative);
        }
        text.skipPast(">");
        return closed(choice());
    }

    private Node closed(Node node) {
        if (!text.take(')')) {
            throw text.bad("a group is not closed");
        }
        return node;
    }

    /// `(?i)` until the group's end, or `(?i:…)`.
    private Node options() {
        boolean outerCase = ignoreCase;
        boolean outerDot = dotAll;
        boolean outerExtended = extended;
        boolean on = true;
        while (true) {
            int c = text.next();
            switch (c) {
                case '-' -> on = false;
                case 'i' -> ignoreCase = on;
                case 'm' -> dotAll = on;
                case 'x' -> extended = on;
                case ')' -> {
                    return choice();
                }
                case ':' -> {
                    var body = closed(choice());
                    ignoreCase = outerCase;
                    dotAll = outerDot;
                    extended = outerExtended;
                    return body;
                }
                default -> throw text.unsupported("the group (?" + Character.toString(c));
            }
        }
    }

    private Node escape() {
        int c = text.next();
        return switch (c) {
            case 'A' -> new Node.Boundary(Place.TEXT_START);
            case 'z' -> new Node.Boundary(Place.TEXT_END);
            case 'Z' -> new Node.Boundary(Place.TEXT_END_LINE);
            case 'b' -> new Node.Boundary(Place.WORD_EDGE);
            case 'B' -> new Node.Boundary(Place.NOT_WORD_EDGE);
            case 'R' -> LINE_BREAK;
            case 'G', 'K', 'X', 'g', 'k', 'y', 'Y', 'O', 'N' ->
                    throw text.unsupported("\\" + Character.toString(c));
            case '1', '2', '3', '4', '5', '6', '7', '8', '9' ->
                    throw text.unsupported("a back-reference");
            default -> {
                var set = c == 'w' || c == 'W' ? loneWord(c) : Escapes.set(c, text);
                yield set != null ? new Node.One(set) : literal(Escapes.character(c, text));
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
}
