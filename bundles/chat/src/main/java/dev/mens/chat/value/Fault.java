package dev.mens.chat.value;

/// What stops a template, before it is told as a problem with a template's name around it.
public final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Why the template stopped.
    public enum Kind {
        /// The source is no template.
        SYNTAX,
        /// An operation that Python refuses too.
        FAILED,
        /// The template itself called `raise_exception`.
        REFUSED,
        /// More work, text or nesting than a template may cost.
        BOUNDS
    }

    private final Kind kind;
    private final int line;

    private Fault(Kind kind, int line, String message) {
        super(message, null, false, false);
        this.kind = kind;
        this.line = line;
    }

    public static Fault syntax(int line, String message) {
        return new Fault(Kind.SYNTAX, line, message);
    }

    public static Fault failed(String message) {
        return new Fault(Kind.FAILED, 0, message);
    }

    public static Fault refused(String message) {
        return new Fault(Kind.REFUSED, 0, message);
    }

    public static Fault bounds(String message) {
        return new Fault(Kind.BOUNDS, 0, message);
    }

    /// This fault at a line, unless it knows its own.
    public Fault at(int line) {
        return this.line > 0 ? this : new Fault(kind, line, text());
    }

    public Kind kind() {
        return kind;
    }

    /// The line of the template, from 1; 0 if only the evaluator knows.
    public int line() {
        return line;
    }

    /// The message, never null.
    public String text() {
        return String.valueOf(getMessage());
    }
}
