package dev.mens.chat.python;

import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Bool;
import dev.mens.chat.value.Bound;
import dev.mens.chat.value.Budget;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Int;
import dev.mens.chat.value.None;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Tuple;
import dev.mens.chat.value.Undefined;
import dev.mens.chat.value.Value;
import java.util.List;

/// The methods of Python's `str` that look for a part of a text.
final class TextSearch {
    private TextSearch() {}

    static Value replace(Text self, Arguments arguments, Budget budget) {
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

    static Value affix(Text self, Arguments arguments, Budget budget, boolean prefix) {
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

    static Value find(Text self, Arguments arguments, Budget budget, String method) {
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

    static Value count(Text self, Arguments arguments, Budget budget) {
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

    static Value partition(Text self, Arguments arguments, Budget budget, boolean last) {
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

    static Value removeAffix(Text self, Arguments arguments, Budget budget, boolean prefix) {
        var affix = arguments.bind("removeprefix", 1, "affix").text(0, "");
        var text = self.string();
        budget.text(text.length());
        if (prefix) {
            return self.with(text.startsWith(affix) ? text.substring(affix.length()) : text);
        }
        return self.with(
                text.endsWith(affix) ? text.substring(0, text.length() - affix.length()) : text);
    }
}
