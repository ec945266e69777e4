package dev.mens.shell;

import java.util.ArrayList;
import java.util.List;

/// Tells Gogo's line editor which verbs and options there are.
final class Completions {
    private Completions() {}

    /// Lines for the Felix shell.
    static List<String> of(Commands commands) {
        var lines = new ArrayList<String>();
        var words = new ArrayList<String>();
        for (var verb : commands.verbs()) {
            words.add(verb.words());
            options(lines, verb.words(), verb);
        }
        for (var group : commands.groups()) {
            words.add(group.name());
            arguments(lines, group.name(), group.verbs().keySet());
            group.verbs().values().forEach(verb -> options(lines, group.name(), verb));
        }
        arguments(lines, "vox", words);
        return lines;
    }

    private static void arguments(List<String> lines, String word, Iterable<String> values) {
        lines.add("complete -c vox:" + word + " -a '[" + String.join(" ", values) + "]'");
    }

    private static void options(List<String> lines, String word, Verb verb) {
        for (var option : verb.options()) {
            lines.add(line(word, option.longest().substring(2), option.description()));
        }
        lines.add(line(word, "json", "print JSON"));
        lines.add(line(word, "help", "print what there is to know"));
    }

    private static String line(String word, String option, String description) {
        var quoted = description.replace("'", "").replace("$", "");
        return "complete -c vox:" + word + " -l " + option + " --description '" + quoted + "'";
    }
}
