package dev.mens.shell;

import dev.mens.diagnostics.NearNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.jspecify.annotations.Nullable;

/// The words behind a command, matched with its options and arguments. Options may stand
/// anywhere; `--` ends them, `--name=value` is `--name value`.
final class CommandLine {
    private final Verb verb;
    private final Map<Verb.Option, List<String>> given = new HashMap<>();
    private final List<String> plain = new ArrayList<>();
    private boolean json;
    private boolean help;

    /// @throws dev.mens.diagnostics.ProblemException vox/shell/…
    CommandLine(Verb verb, List<String> words) {
        this.verb = verb;
        boolean optionsEnded = false;
        for (int i = 0; i < words.size(); i++) {
            var word = words.get(i);
            if (optionsEnded || !isOption(word)) {
                plain.add(word);
            } else if (word.equals("--")) {
                optionsEnded = true;
            } else if (word.equals("--help") || word.equals("-h")) {
                help = true;
            } else if (word.equals("--json") && !verb.printsJson()) {
                json = true;
            } else {
                i = option(words, i);
            }
        }
    }

    boolean wantsHelp() {
        return help;
    }

    /// Whether the result is to be printed as JSON.
    boolean wantsJson() {
        return json || verb.printsJson();
    }

    /// The values for the method's parameters.
    @Nullable Object[] values(CommandSession session) {
        var values = new ArrayList<@Nullable Object>();
        int next = 0;
        for (var slot : verb.slots()) {
            switch (slot) {
                case Verb.Session() -> values.add(session);
                case Verb.Option option -> values.add(value(option));
                case Verb.Argument argument -> {
                    values.add(value(argument, next));
                    next = argument.rest() ? plain.size() : next + 1;
                }
            }
        }
        if (next < plain.size()) {
            throw ShellProblem.EXTRA_ARGUMENT.with(verb.words(), plain.get(next));
        }
        return values.toArray();
    }

    /// A lone dash is a word, and so is a negative number.
    private static boolean isOption(String word) {
        return word.length() > 1
                && word.charAt(0) == '-'
                && !Character.isDigit(word.charAt(1))
                && word.charAt(1) != '.';
    }

    /// @return the index of the last word that it took
    private int option(List<String> words, int index) {
        var word = words.get(index);
        int equals = word.startsWith("--") ? word.indexOf('=') : -1;
        var name = equals < 0 ? word : word.substring(0, equals);
        var option =
                verb.options().stream()
                        .filter(candidate -> candidate.names().contains(name))
                        .findFirst()
                        .orElseThrow(() -> unknown(name));
        var values = given.computeIfAbsent(option, key -> new ArrayList<>());
        if (option.flag()) {
            if (equals >= 0) {
                throw ShellProblem.BAD_VALUE.with(name, word.substring(equals + 1), "absent");
            }
            values.add("true");
            return index;
        }
        if (equals >= 0) {
            values.add(word.substring(equals + 1));
            return index;
        }
        if (index + 1 == words.size()) {
            throw ShellProblem.MISSING_VALUE.with(name);
        }
        values.add(words.get(index + 1));
        return index + 1;
    }

    private RuntimeException unknown(String name) {
        var names = new ArrayList<>(List.of("--help", "--json"));
        verb.options().forEach(option -> names.addAll(option.names()));
        return ShellProblem.UNKNOWN_OPTION.with(verb.words(), name, NearNames.hint(name, names));
    }

    private @Nullable Object value(Verb.Option option) {
        var values = given.getOrDefault(option, List.of());
        if (option.type() == List.class) {
            return List.copyOf(values);
        }
        var text = values.isEmpty() ? option.absent() : values.getLast();
        if (option.type() == boolean.class) {
            return Boolean.parseBoolean(text);
        }
        if (text.isEmpty() && (values.isEmpty() || option.type() != String.class)) {
            return values.isEmpty() ? null : bad(option, text);
        }
        return convert(option, text);
    }

    private static Object convert(Verb.Option option, String text) {
        try {
            if (option.type() == Integer.class || option.type() == int.class) {
                return Integer.valueOf(text);
            }
            if (option.type() == Long.class || option.type() == long.class) {
                return Long.valueOf(text);
            }
            if (option.type() == Double.class || option.type() == double.class) {
                return Double.valueOf(text);
            }
            return text;
        } catch (NumberFormatException notOne) {
            return bad(option, text);
        }
    }

    private static Object bad(Verb.Option option, String text) {
        boolean whole = option.type() != Double.class && option.type() != double.class;
        throw ShellProblem.BAD_VALUE.with(
                option.longest(), "\"" + text + "\"", whole ? "a whole number" : "a number");
    }

    private @Nullable Object value(Verb.Argument argument, int next) {
        if (argument.rest()) {
            var rest = plain.subList(Math.min(next, plain.size()), plain.size());
            if (rest.isEmpty() && argument.required()) {
                throw ShellProblem.MISSING_ARGUMENT.with(verb.words(), argument.name());
            }
            return rest.toArray(String[]::new);
        }
        if (next < plain.size()) {
            return plain.get(next);
        }
        if (argument.required()) {
            throw ShellProblem.MISSING_ARGUMENT.with(verb.words(), argument.name());
        }
        return null;
    }
}
