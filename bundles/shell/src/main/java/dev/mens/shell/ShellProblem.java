package dev.mens.shell;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.Problem;

/// What can be wrong with a command line.
public enum ShellProblem implements Problem {
    UNKNOWN_COMMAND("unknown-command", Blame.INPUT, "there is no command %s%s", "see `vox --help`"),
    UNKNOWN_OPTION(
            "unknown-option", Blame.INPUT, "%s has no option %s%s", "see the command's --help"),
    MISSING_VALUE("missing-value", Blame.INPUT, "%s needs a value", "write the value behind it"),
    BAD_VALUE("bad-value", Blame.INPUT, "%s is %s, but must be %s", "give such a value"),
    MISSING_ARGUMENT("missing-argument", Blame.INPUT, "%s needs %s", "see the command's --help"),
    EXTRA_ARGUMENT(
            "extra-argument",
            Blame.INPUT,
            "%s takes no argument %s",
            "put text with spaces in quotes, or see the command's --help"),
    NO_PROMPT(
            "no-prompt",
            Blame.INPUT,
            "there is no prompt",
            "write it in quotes, or pipe it in: echo Once | vox predict"),
    NOT_UTF8(
            "input-not-utf8",
            Blame.INPUT,
            "standard input is not UTF-8",
            "convert it, for instance with iconv -t UTF-8"),
    TOO_LONG(
            "input-too-long",
            Blame.INPUT,
            "standard input has more than %d bytes",
            "give less text"),
    UNKNOWN_ID(
            "unknown-diagnostic",
            Blame.INPUT,
            "there is no diagnostic %s%s",
            "see `vox explain` for all of them"),
    CANNOT_CREATE(
            "cannot-create",
            Blame.INPUT,
            "%s cannot be created: %s",
            "name a file that does not exist yet, in a folder that you may write to"),
    IO("io", Blame.INFRASTRUCTURE, "%s", "see whether the file or device is there and readable"),
    INTERNAL(
            "internal",
            Blame.FAILURE,
            "%s failed unexpectedly: %s (log reference %s)",
            "look for the reference in MENS_HOME/log/node.log and report what stands there");

    private final String id;
    private final Blame blame;
    private final String facts;
    private final String remedy;

    ShellProblem(String kebab, Blame blame, String facts, String remedy) {
        this.id = "vox/shell/" + kebab;
        this.blame = blame;
        this.facts = facts;
        this.remedy = remedy;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String facts() {
        return facts;
    }

    @Override
    public String remedy() {
        return remedy;
    }

    @Override
    public Blame blame() {
        return blame;
    }
}
