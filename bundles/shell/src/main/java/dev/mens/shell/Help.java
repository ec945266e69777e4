package dev.mens.shell;

import java.util.Map;
import java.util.TreeMap;

/// What `--help` prints, made of the commands' own descriptions.
final class Help {
    /// Words that the launcher and the console understand before any command does.
    static final Map<String, String> LAUNCHER_WORDS =
            Map.of(
                    "node", "run a node here, in the foreground, until it is stopped",
                    "shell", "open the Felix shell of the node");

    private static final String CODES =
            """

            Every command takes --json and --help. Exit codes: 0 ok, 1 failed, 2 the machine's
            fault, 3 bad input. MENS_HOME (~/.mens) names the node.
            """;

    private final Commands commands;

    Help(Commands commands) {
        this.commands = commands;
    }

    String everything() {
        var lines = new TreeMap<String, String>(LAUNCHER_WORDS);
        commands.verbs().forEach(verb -> lines.put(verb.words(), verb.summary()));
        commands.groups()
                .forEach(
                        group ->
                                group.verbs()
                                        .values()
                                        .forEach(v -> lines.put(v.words(), v.summary())));
        var text = new StringBuilder("usage: vox COMMAND [OPTION]... [ARGUMENT]...\n\n");
        columns(text, lines);
        return text.append(CODES).toString().stripTrailing();
    }

    String of(Commands.Group group) {
        var lines = new TreeMap<String, String>();
        if (group.name().equals("node")) {
            lines.put("node", LAUNCHER_WORDS.get("node"));
        }
        group.verbs().values().forEach(verb -> lines.put(verb.words(), verb.summary()));
        var text = new StringBuilder("vox " + group.name() + ": " + group.summary() + "\n\n");
        columns(text, lines);
        return text.toString().stripTrailing();
    }

    String of(Verb verb) {
        var text = new StringBuilder("usage: vox ").append(verb.words()).append(" [OPTION]...");
        var lines = new TreeMap<String, String>();
        for (var argument : verb.arguments()) {
            var name = argument.name() + (argument.rest() ? "..." : "");
            text.append(argument.required() ? " " + name : " [" + name + "]");
            lines.put(argument.name(), argument.description());
        }
        text.append("\n\n").append(verb.summary()).append("\n\n");
        columns(text, lines);
        lines.clear();
        for (var option : verb.options()) {
            var value = option.flag() ? "" : " " + valueName(option);
            lines.put(String.join(", ", option.names()) + value, option.description());
        }
        lines.putIfAbsent("--json", "print JSON");
        lines.put("-h, --help", "print this");
        columns(text, lines);
        return text.toString().stripTrailing();
    }

    private static String valueName(Verb.Option option) {
        if (option.type() == Double.class) {
            return "X";
        }
        return option.type() == String.class || option.type() == java.util.List.class
                ? "TEXT"
                : "N";
    }

    private static void columns(StringBuilder text, Map<String, String> lines) {
        int width = lines.keySet().stream().mapToInt(String::length).max().orElse(0);
        lines.forEach(
                (left, right) ->
                        text.append("  ")
                                .append(left)
                                .repeat(' ', width - left.length() + 2)
                                .append(right)
                                .append('\n'));
    }
}
