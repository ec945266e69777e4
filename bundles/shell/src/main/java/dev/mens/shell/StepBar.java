package dev.mens.shell;

import java.io.PrintStream;

/// A bar of steps on standard error, if a person is watching.
final class StepBar implements AutoCloseable {
    private static final int WIDTH = 24;
    private static final String CLEAR_LINE = "\r\033[K";

    private final PrintStream err;
    private final boolean watched;

    StepBar(Caller caller) {
        this.err = caller.err();
        this.watched = caller.errorIsTerminal();
    }

    void report(String what, int done, int all) {
        if (watched) {
            err.print(CLEAR_LINE + line(what, done, all));
            err.flush();
        }
    }

    static String line(String what, int done, int all) {
        int filled = WIDTH * done / Math.max(1, all);
        var bar = new StringBuilder().repeat('#', filled).repeat('-', WIDTH - filled);
        return "[" + bar + "] measuring " + what + ", " + done + " of " + all;
    }

    /// Removes the bar.
    @Override
    public void close() {
        if (watched) {
            err.print(CLEAR_LINE);
            err.flush();
        }
    }
}
