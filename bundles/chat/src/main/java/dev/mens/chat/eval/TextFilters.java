package dev.mens.chat.eval;

import static java.util.Map.entry;

import dev.mens.chat.python.Arithmetic;
import dev.mens.chat.python.Attributes;
import dev.mens.chat.python.Iteration;
import dev.mens.chat.python.Strings;
import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Budget;
import dev.mens.chat.value.Dict;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Int;
import dev.mens.chat.value.None;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Thing;
import dev.mens.chat.value.Tuple;
import dev.mens.chat.value.Undefined;
import dev.mens.chat.value.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Filters of texts.
final class TextFilters {
    static final Map<String, Filter> ALL =
            Map.ofEntries(
                    entry("capitalize", change(Strings::capitalize)),
                    entry("center", TextFilters::center),
                    entry("format", TextFilters::format),
                    entry("indent", TextFilters::indent),
                    entry("lower", change(Strings::lower)),
                    entry("replace", TextFilters::replace),
                    entry("string", (run, input, _) -> soft(run, input)),
                    entry("title", change(TextFilters::title)),
                    entry("trim", TextFilters::trim),
                    entry("truncate", TextFilters::truncate),
                    entry("upper", change(Strings::upper)),
                    entry("wordcount", TextFilters::wordCount));

    private TextFilters() {}

    /// The value as text; safe text stays safe.
    static Text soft(Run run, Value value) {
        return value instanceof Text text ? text : Text.of(run.str(value));
    }

    private static Filter change(UnaryOperator<String> change) {
        return (run, input, arguments) -> {
            arguments.bind("filter", 0);
            var text = soft(run, input);
            run.budget().text(text.string().length());
            var changed = change.apply(text.string());
            run.budget().text(changed.length());
            return text.with(changed);
        };
    }

    private static Value method(Run run, Text text, String name, Value... arguments) {
        return Attributes.find(text, name, run.budget())
                .filter(Thing.class::isInstance)
                .map(m -> ((Thing) m).call(Arguments.of(arguments)))
                .orElseThrow(() -> Fault.failed("no method " + name));
    }

    private static Value center(Run run, Value input, Arguments arguments) {
        var width = arguments.bind("center", 0, "width").get(0, Int.of(80));
        return method(run, soft(run, input), "center", width);
    }

    private static Value trim(Run run, Value input, Arguments arguments) {
        var characters = arguments.bind("trim", 0, "chars").get(0);
        return method(run, soft(run, input), "strip", characters);
    }

    private static Value replace(Run run, Value input, Arguments arguments) {
        var bound = arguments.bind("replace", 2, "old", "new", "count");
        var count = bound.get(2) instanceof None ? Int.of(-1) : bound.get(2);
        return method(
                run,
                Text.of(run.str(input)),
                "replace",
                Text.of(run.str(bound.need(0))),
                Text.of(run.str(bound.need(1))),
                count);
    }

    private static Value format(Run run, Value input, Arguments arguments) {
        var positional = arguments.positional();
        if (!positional.isEmpty() && !arguments.named().isEmpty()) {
            throw Fault.failed("can't handle positional and keyword arguments at the same time");
        }
        var values =
                arguments.named().isEmpty()
                        ? Tuple.of(positional)
                        : Dict.of(new LinkedHashMap<>(arguments.named()));
        return Arithmetic.modulo(soft(run, input), values, run.budget());
    }

    /// Every word begins with a capital, where words are parted by blanks, hyphens and openings.
    private static String title(String text) {
        var out = new StringBuilder();
        boolean first = true;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            var one = Character.toString(c);
            boolean parts = "-({[<".indexOf(c) >= 0 || Strings.isSpace(c);
            out.append(parts ? one : first ? Strings.upper(one) : Strings.lower(one));
            first = parts;
            i += Character.charCount(c);
        }
        return out.toString();
    }

    private static Value indent(Run run, Value input, Arguments arguments) {
        var bound = arguments.bind("indent", 0, "width", "first", "blank");
        var text = text(input, "indent");
        var pad =
                bound.get(0) instanceof Text(var given, _)
                        ? given
                        : spaces(Math.max(0, bound.integer(0, 4)), run.budget());
        var lines = Strings.lines(text.string() + "\n", false);
        run.budget().text(text.string().length() + (long) lines.size() * (pad.length() + 1));
        var out = new StringBuilder(bound.isTrue(1) ? pad : "");
        for (int i = 0; i < lines.size(); i++) {
            boolean padded = i > 0 && (bound.isTrue(2) || !lines.get(i).isEmpty());
            out.append(i > 0 ? "\n" : "").append(padded ? pad : "").append(lines.get(i));
        }
        return text.with(out.toString());
    }

    private static String spaces(int count, Budget budget) {
        budget.text(count);
        return " ".repeat(count);
    }

    private static Text text(Value value, String filter) {
        return switch (value) {
            case Text text -> text;
            case Undefined undefined -> throw undefined.fault();
            case Value other ->
                    throw Fault.failed(filter + " wants a text, not " + other.typeName());
        };
    }

    private static Value truncate(Run run, Value input, Arguments arguments) {
        var bound = arguments.bind("truncate", 0, "length", "killwords", "end", "leeway");
        var end = Text.of(bound.text(2, "..."));
        int length = bound.integer(0, 255);
        int leeway = bound.get(3) instanceof None ? 5 : bound.integer(3, 5);
        if (length < end.length() || leeway < 0) {
            throw Fault.failed("expected length >= " + end.length() + " and leeway >= 0");
        }
        var size = Iteration.length(input);
        if (size.isPresent() && size.getAsInt() <= (long) length + leeway) {
            return input;
        }
        var text = text(input, "truncate");
        var kept = text.slice(0, length - end.length());
        int space = kept.lastIndexOf(' ');
        if (!bound.isTrue(1) && space >= 0) {
            kept = kept.substring(0, space);
        }
        return text.with(run.text(kept + end.string()).string());
    }

    private static Value wordCount(Run run, Value input, Arguments arguments) {
        arguments.bind("wordcount", 0);
        boolean inside = false;
        int words = 0;
        for (int c : soft(run, input).string().codePoints().toArray()) {
            boolean word = c == '_' || Character.isLetterOrDigit(c);
            words += word && !inside ? 1 : 0;
            inside = word;
        }
        return Int.of(words);
    }
}
