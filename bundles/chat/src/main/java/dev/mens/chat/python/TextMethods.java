package dev.mens.chat.python;

import static java.util.Map.entry;

import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Bool;
import dev.mens.chat.value.Bound;
import dev.mens.chat.value.Budget;
import dev.mens.chat.value.Dict;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Function;
import dev.mens.chat.value.Int;
import dev.mens.chat.value.Items;
import dev.mens.chat.value.None;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Tuple;
import dev.mens.chat.value.Undefined;
import dev.mens.chat.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// The methods of Python's `str`.
final class TextMethods {

    @FunctionalInterface
    private interface Method {
        Value call(Text self, Arguments arguments, Budget budget);
    }

    private static final Map<String, Method> METHODS =
            Map.ofEntries(
                    entry("capitalize", change(Strings::capitalize)),
                    entry("casefold", change(t -> Strings.lower(Strings.upper(t)))),
                    entry("center", TextMethods::center),
                    entry("count", TextMethods::count),
                    entry("endswith", (t, a, b) -> affix(t, a, b, false)),
                    entry("expandtabs", TextMethods::expandTabs),
                    entry("find", (t, a, b) -> find(t, a, b, "find")),
                    entry("format", TextMethods::format),
                    entry("format_map", TextMethods::formatMap),
                    entry("index", (t, a, b) -> find(t, a, b, "index")),
                    entry("isalnum", test(t -> Strings.all(t, TextMethods::isAlphanumeric))),
                    entry("isalpha", test(t -> Strings.all(t, Character::isLetter))),
                    entry("isascii", test(t -> t.chars().allMatch(c -> c < 128))),
                    entry("isdecimal", test(t -> Strings.all(t, Character::isDigit))),
                    entry("isdigit", test(t -> Strings.all(t, Strings::isDigit))),
                    entry("isidentifier", test(TextMethods::isIdentifier)),
                    entry("islower", test(Strings::isLower)),
                    entry("isnumeric", test(t -> Strings.all(t, Strings::isNumeric))),
                    entry("isprintable", test(t -> t.codePoints().allMatch(Repr::isPrintable))),
                    entry("isspace", test(t -> Strings.all(t, Strings::isSpace))),
                    entry("istitle", test(Strings::isTitle)),
                    entry("isupper", test(Strings::isUpper)),
                    entry("join", TextMethods::join),
                    entry("ljust", (t, a, b) -> justify(t, a, b, "ljust")),
                    entry("lower", change(Strings::lower)),
                    entry("lstrip", (t, a, b) -> strip(t, a, b, true, false)),
                    entry("partition", (t, a, b) -> partition(t, a, b, false)),
                    entry("removeprefix", (t, a, b) -> removeAffix(t, a, b, true)),
                    entry("removesuffix", (t, a, b) -> removeAffix(t, a, b, false)),
                    entry("replace", TextMethods::replace),
                    entry("rfind", (t, a, b) -> find(t, a, b, "rfind")),
                    entry("rindex", (t, a, b) -> find(t, a, b, "rindex")),
                    entry("rjust", (t, a, b) -> justify(t, a, b, "rjust")),
                    entry("rpartition", (t, a, b) -> partition(t, a, b, true)),
                    entry("rsplit", (t, a, b) -> split(t, a, b, true)),
                    entry("rstrip", (t, a, b) -> strip(t, a, b, false, true)),
                    entry("split", (t, a, b) -> split(t, a, b, false)),
                    entry("splitlines", TextMethods::splitLines),
                    entry("startswith", (t, a, b) -> affix(t, a, b, true)),
                    entry("strip", (t, a, b) -> strip(t, a, b, true, true)),
                    entry("swapcase", change(Strings::swapCase)),
                    entry("title", change(Strings::title)),
                    entry("upper", change(Strings::upper)),
                    entry("zfill", TextMethods::zeroFill));

    private TextMethods() {}

    static Optional<Value> find(Text self, String name, Budget budget) {
        var method = METHODS.get(name);
        return method == null
                ? Optional.empty()
                : Optional.of(
                        new Function(
                                name,
                                arguments -> {
                                    budget.work(1 + self.string().length() / 16);
                                    return method.call(self, arguments, budget);
                                }));
    }

    private static Method change(UnaryOperator<String> change) {
        return (self, arguments, budget) -> {
            arguments.bind("str method", 0);
            budget.text(self.string().length());
            var changed = change.apply(self.string());
            budget.text(changed.length());
            return self.with(changed);
        };
    }

    private static Method test(Predicate<String> test) {
        return (self, arguments, _) -> {
            arguments.bind("str method", 0);
            return Bool.of(test.test(self.string()));
        };
    }

    private static boolean isAlphanumeric(int c) {
        return Character.isLetter(c) || Strings.isNumeric(c);
    }

    private static boolean isIdentifier(String text) {
        return !text.isEmpty()
                && (text.charAt(0) == '_'
                        || Character.isUnicodeIdentifierStart(text.codePointAt(0)))
                && text.codePoints()
                        .allMatch(
                                c ->
                                        Character.isUnicodeIdentifierPart(c)
                                                && !Character.isIdentifierIgnorable(c));
    }

    static Value strip(Text self, Arguments arguments, Budget budget, boolean left, boolean right) {
        var bound = arguments.bind("strip", 0, "chars");
        var characters = bound.get(0) instanceof None ? null : bound.text(0, "");
        var stripped = Strings.strip(self.string(), characters, left, right);
        budget.text(stripped.length());
        return self.with(stripped);
    }

    private static Value split(Text self, Arguments arguments, Budget budget, boolean fromRight) {
        var bound = arguments.bind("split", 0, "sep", "maxsplit");
        int limit = bound.integer(1, -1);
        var text = self.string();
        List<String> parts;
        if (bound.get(0) instanceof None) {
            parts = fromRight ? Strings.wordsFromRight(text, limit) : Strings.words(text, limit);
        } else {
            var separator = bound.text(0, "");
            if (separator.isEmpty()) {
                throw Fault.failed("empty separator");
            }
            parts =
                    fromRight
                            ? Strings.splitFromRight(text, separator, limit)
                            : Strings.split(text, separator, limit);
        }
        return items(self, parts, budget);
    }

    private static Items items(Text self, List<String> parts, Budget budget) {
        budget.elements(parts.size());
        budget.text(self.string().length());
        var items = new ArrayList<Value>(parts.size());
        parts.forEach(part -> items.add(self.with(part)));
        return new Items(items);
    }

    private static Value splitLines(Text self, Arguments arguments, Budget budget) {
        var bound = arguments.bind("splitlines", 0, "keepends");
        return items(self, Strings.lines(self.string(), bound.isTrue(0)), budget);
    }

    private static Value replace(Text self, Arguments arguments, Budget budget) {
        var bound = arguments.bind("replace", 2, "old", "new", "count");
        return self.with(
                replace(
                        self.string(),
                        bound.text(0, ""),
                        bound.text(1, ""),
                        bound.integer(2, -1),
                        budget));
    }

    /// Python's `str.replace`; a negative count means all.
    static String replace(String text, String old, String by, int count, Budget budget) {
        var out = new StringBuilder();
        int from = 0;
        int at = text.indexOf(old);
        while (at >= 0 && count != 0) {
            budget.text(by.length());
            budget.work(1);
            out.append(text, from, at).append(by);
            from = at + old.length();
            count--;
            int next =
                    old.isEmpty()
                            ? (at < text.length() ? text.offsetByCodePoints(at, 1) : -1)
                            : from;
            at = next < 0 ? -1 : text.indexOf(old, next);
            if (out.length() > Budget.MAX_TEXT) {
                budget.text(out.length());
            }
        }
        budget.text((long) out.length() + text.length() - from);
        return out.append(text, from, text.length()).toString();
    }

    private static Value affix(Text self, Arguments arguments, Budget budget, boolean prefix) {
        var bound = arguments.bind(prefix ? "startswith" : "endswith", 1, "fix", "start", "end");
        int length = self.length();
        int from = start(bound, length);
        var part = window(self, bound, budget);
        boolean beyond =
                bound.integer(1, 0) > length || part.isEmpty() && from > end(bound, length);
        var fixes =
                bound.need(0) instanceof Tuple(var several, _) ? several : List.of(bound.need(0));
        for (var fix : fixes) {
            if (!(fix instanceof Text(var text, _))) {
                throw fix instanceof Undefined undefined
                        ? undefined.fault()
                        : Fault.failed("first arg must be str or a tuple of str");
            }
            if (!beyond && (prefix ? part.startsWith(text) : part.endsWith(text))) {
                return Bool.TRUE;
            }
        }
        return Bool.FALSE;
    }

    /// The part between the arguments `start` and `end`, the second and third.
    private static String window(Text self, Bound bound, Budget budget) {
        if (!bound.has(1) && !bound.has(2)) {
            return self.string();
        }
        budget.text(self.string().length());
        int length = self.length();
        return self.slice(start(bound, length), end(bound, length));
    }

    private static int start(Bound bound, int length) {
        return bound.get(1) instanceof None ? 0 : Subscript.clamp(bound.integer(1, 0), length);
    }

    private static int end(Bound bound, int length) {
        return bound.get(2) instanceof None
                ? length
                : Subscript.clamp(bound.integer(2, length), length);
    }

    private static Value find(Text self, Arguments arguments, Budget budget, String method) {
        var bound = arguments.bind(method, 1, "sub", "start", "end");
        var part = window(self, bound, budget);
        var sought = bound.text(0, "");
        int at = method.startsWith("r") ? part.lastIndexOf(sought) : part.indexOf(sought);
        if (at < 0) {
            if (method.endsWith("index")) {
                throw Fault.failed("substring not found");
            }
            return Int.of(-1);
        }
        return Int.of(start(bound, self.length()) + part.codePointCount(0, at));
    }

    private static Value count(Text self, Arguments arguments, Budget budget) {
        var bound = arguments.bind("count", 1, "sub", "start", "end");
        var part = window(self, bound, budget);
        var sought = bound.text(0, "");
        if (sought.isEmpty()) {
            return Int.of(part.codePointCount(0, part.length()) + 1L);
        }
        int count = 0;
        for (int at = part.indexOf(sought);
                at >= 0;
                at = part.indexOf(sought, at + sought.length())) {
            count++;
        }
        return Int.of(count);
    }

    private static Value join(Text self, Arguments arguments, Budget budget) {
        var bound = arguments.bind("join", 1, "iterable");
        var out = new StringBuilder();
        var elements = Iteration.iterator(bound.need(0), budget);
        for (int i = 0; elements.hasNext(); i++) {
            if (!(elements.next() instanceof Text(var text, _))) {
                throw Fault.failed("sequence item " + i + ": expected str instance");
            }
            budget.text((long) text.length() + self.string().length());
            out.append(i == 0 ? "" : self.string()).append(text);
            if (out.length() > Budget.MAX_TEXT) {
                budget.text(out.length());
            }
        }
        return self.with(out.toString());
    }

    private static Value partition(Text self, Arguments arguments, Budget budget, boolean last) {
        var separator = arguments.bind("partition", 1, "sep").text(0, "");
        var text = self.string();
        if (separator.isEmpty()) {
            throw Fault.failed("empty separator");
        }
        budget.text(text.length());
        int at = last ? text.lastIndexOf(separator) : text.indexOf(separator);
        if (at < 0) {
            return last
                    ? Tuple.of(self.with(""), self.with(""), self)
                    : Tuple.of(self, self.with(""), self.with(""));
        }
        return Tuple.of(
                self.with(text.substring(0, at)),
                self.with(separator),
                self.with(text.substring(at + separator.length())));
    }

    private static Value removeAffix(
            Text self, Arguments arguments, Budget budget, boolean prefix) {
        var affix = arguments.bind("removeprefix", 1, "affix").text(0, "");
        var text = self.string();
        budget.text(text.length());
        if (prefix) {
            return self.with(text.startsWith(affix) ? text.substring(affix.length()) : text);
        }
        return self.with(
                text.endsWith(affix) ? text.substring(0, text.length() - affix.length()) : text);
    }

    /// @param method `ljust` fills on the right, `rjust` on the left
    private static Value justify(Text self, Arguments arguments, Budget budget, String method) {
        var bound = arguments.bind(method, 1, "width", "fillchar");
        var fill = fill(self, bound, budget);
        return self.with(method.equals("ljust") ? self.string() + fill : fill + self.string());
    }

    private static String fill(Text self, Bound bound, Budget budget) {
        var fill = Text.of(bound.text(1, " "));
        if (fill.length() != 1) {
            throw Fault.failed("The fill character must be exactly one character long");
        }
        int missing = Math.max(0, bound.integer(0, 0) - self.length());
        budget.text(2L * missing + self.string().length());
        return fill.string().repeat(missing);
    }

    static Value center(Text self, Arguments arguments, Budget budget) {
        var bound = arguments.bind("center", 1, "width", "fillchar");
        int width = bound.integer(0, 0);
        var fill = fill(self, bound, budget);
        int missing = fill.codePointCount(0, fill.length());
        int left = missing / 2 + (missing & width & 1);
        var before = Text.of(fill).slice(0, left);
        return self.with(before + self.string() + Text.of(fill).slice(left, missing));
    }

    private static Value zeroFill(Text self, Arguments arguments, Budget budget) {
        int width = arguments.bind("zfill", 1, "width").integer(0, 0);
        var text = self.string();
        int missing = Math.max(0, width - self.length());
        budget.text((long) missing + text.length());
        int sign = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        return self.with(text.substring(0, sign) + "0".repeat(missing) + text.substring(sign));
    }

    private static Value expandTabs(Text self, Arguments arguments, Budget budget) {
        int size = arguments.bind("expandtabs", 0, "tabsize").integer(0, 8);
        long tabs = self.string().chars().filter(c -> c == '\t').count();
        budget.text(self.string().length() + tabs * Math.max(0, size));
        return self.with(Strings.expandTabs(self.string(), size));
    }

    private static Value format(Text self, Arguments arguments, Budget budget) {
        return self.with(new BraceFormat(arguments, budget).format(self.string()));
    }

    private static Value formatMap(Text self, Arguments arguments, Budget budget) {
        var named = new HashMap<String, Value>();
        if (!(arguments.bind("format_map", 1, "mapping").need(0) instanceof Dict dict)) {
            throw Fault.failed("format_map() wants a mapping");
        }
        for (var entry : dict.entries()) {
            if (entry.key() instanceof Text(var key, _)) {
                named.put(key, entry.value());
            }
        }
        return format(self, new Arguments(List.of(), named), budget);
    }
}
