package dev.mens.chat.python;

import static java.util.Map.entry;

import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Bool;
import dev.mens.chat.value.Budget;
import dev.mens.chat.value.Dict;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Function;
import dev.mens.chat.value.Items;
import dev.mens.chat.value.None;
import dev.mens.chat.value.Text;
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
                    entry("center", TextLayout::center),
                    entry("count", TextSearch::count),
                    entry("endswith", (t, a, b) -> TextSearch.affix(t, a, b, false)),
                    entry("expandtabs", TextLayout::expandTabs),
                    entry("find", (t, a, b) -> TextSearch.find(t, a, b, "find")),
                    entry("format", TextMethods::format),
                    entry("format_map", TextMethods::formatMap),
                    entry("index", (t, a, b) -> TextSearch.find(t, a, b, "index")),
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
                    entry("ljust", (t, a, b) -> TextLayout.justify(t, a, b, "ljust")),
                    entry("lower", change(Strings::lower)),
                    entry("lstrip", (t, a, b) -> strip(t, a, b, true, false)),
                    entry("partition", (t, a, b) -> TextSearch.partition(t, a, b, false)),
                    entry("removeprefix", (t, a, b) -> TextSearch.removeAffix(t, a, b, true)),
                    entry("removesuffix", (t, a, b) -> TextSearch.removeAffix(t, a, b, false)),
                    entry("replace", TextSearch::replace),
                    entry("rfind", (t, a, b) -> TextSearch.find(t, a, b, "rfind")),
                    entry("rindex", (t, a, b) -> TextSearch.find(t, a, b, "rindex")),
                    entry("rjust", (t, a, b) -> TextLayout.justify(t, a, b, "rjust")),
                    entry("rpartition", (t, a, b) -> TextSearch.partition(t, a, b, true)),
                    entry("rsplit", (t, a, b) -> split(t, a, b, true)),
                    entry("rstrip", (t, a, b) -> strip(t, a, b, false, true)),
                    entry("split", (t, a, b) -> split(t, a, b, false)),
                    entry("splitlines", TextMethods::splitLines),
                    entry("startswith", (t, a, b) -> TextSearch.affix(t, a, b, true)),
                    entry("strip", (t, a, b) -> strip(t, a, b, true, true)),
                    entry("swapcase", change(Strings::swapCase)),
                    entry("title", change(Strings::title)),
                    entry("upper", change(Strings::upper)),
                    entry("zfill", TextLayout::zeroFill));

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
