package dev.mens.chat.eval;

import static java.util.Map.entry;

import dev.mens.chat.python.Markup;
import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Dict;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.None;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Undefined;
import dev.mens.chat.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;

/// Filters that know HTML and URLs.
final class HtmlFilters {
    private static final String UNQUOTED = "_.-~/";

    static final Map<String, Filter> ALL =
            Map.ofEntries(
                    entry("e", (run, input, _) -> escape(run, input)),
                    entry("escape", (run, input, _) -> escape(run, input)),
                    entry(
                            "forceescape",
                            (run, input, _) -> Markup.escape(run.str(input), run.budget())),
                    entry("safe", (run, input, _) -> new Text(run.str(input), true)),
                    entry("urlencode", HtmlFilters::urlEncode),
                    entry("xmlattr", HtmlFilters::attributes));

    private HtmlFilters() {}

    private static Text escape(Run run, Value value) {
        return Markup.escape(TextFilters.soft(run, value), run.budget());
    }

    private static Value urlEncode(Run run, Value input, Arguments arguments) {
        arguments.bind("urlencode", 0);
        var parts = new ArrayList<String>();
        if (input instanceof Dict dict) {
            for (var entry : dict.entries()) {
                parts.add(quote(run, entry.key(), true) + "=" + quote(run, entry.value(), true));
            }
            return run.text(String.join("&", parts));
        }
        if (input instanceof Text || !dev.mens.chat.python.Iteration.isIterable(input)) {
            return run.text(quote(run, input, false));
        }
        for (var elements = run.iterator(input); elements.hasNext(); ) {
            var pair = run.list(elements.next());
            if (pair.size() != 2) {
                throw Fault.failed("urlencode wants pairs");
            }
            parts.add(quote(run, pair.get(0), true) + "=" + quote(run, pair.get(1), true));
        }
        return run.text(String.join("&", parts));
    }

    private static String quote(Run run, Value value, boolean query) {
        var out = new StringBuilder();
        var text = run.str(value);
        run.budget().text(3L * text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = b > 0 && (Character.isLetterOrDigit(b) || UNQUOTED.indexOf(b) >= 0);
            if (plain && !(query && b == '/')) {
                out.append((char) b);
            } else if (query && b == ' ') {
                out.append('+');
            } else {
                out.append(String.format(Locale.ROOT, "%%%02X", b));
            }
        }
        return out.toString();
    }

    private static Value attributes(Run run, Value input, Arguments arguments) {
        var bound = arguments.bind("xmlattr", 0, "autospace");
        if (!(input instanceof Dict dict)) {
            throw Fault.failed("xmlattr wants a mapping, not " + input.typeName());
        }
        var parts = new ArrayList<String>();
        for (var entry : dict.entries()) {
            if (entry.value() instanceof None || entry.value() instanceof Undefined) {
                continue;
            }
            var key = run.str(entry.key());
            if (key.chars().anyMatch(c -> "/>=".indexOf(c) >= 0 || Character.isWhitespace(c))) {
                throw Fault.failed("Invalid character in attribute name: '" + key + "'");
            }
            parts.add(
                    escape(run, Text.of(key)).string()
                            + "=\""
                            + escape(run, entry.value()).string()
                            + "\"");
        }
        boolean space = !parts.isEmpty() && (!bound.has(0) || bound.isTrue(0));
        return run.text((space ? " " : "") + String.join(" ", parts));
    }
}
