package dev.mens.shell;

import java.io.PrintStream;
import java.util.Locale;

/// A bar with bytes, rate and time left on standard error, if a person is watching. Told from any
/// thread.
final class TransferBar implements AutoCloseable {
    private static final long PATIENCE_NANOS = 300_000_000;
    private static final long STEP_NANOS = 100_000_000;
    private static final int WIDTH = 24;
    private static final String CLEAR_LINE = "\r\033[K";

    private final PrintStream err;
    private final boolean watched;
    private String step = "";
    private long begun;
    private long painted;
    private boolean visible;

    TransferBar(Caller caller) {
        this.err = caller.err();
        this.watched = caller.errorIsTerminal();
    }

    void report(String what, long doneBytes, long totalBytes) {
        report(what, doneBytes, totalBytes, "");
    }

    /// @param more goes behind the bar
    synchronized void report(String what, long doneBytes, long totalBytes, String more) {
        if (!watched) {
            return;
        }
        long now = System.nanoTime();
        if (!what.equals(step)) {
            step = what;
            begun = now;
            painted = now - STEP_NANOS;
        }
        if (now - begun < PATIENCE_NANOS || now - painted < STEP_NANOS) {
            return;
        }
        painted = now;
        visible = true;
        err.print(CLEAR_LINE + line(what, doneBytes, totalBytes, (now - begun) / 1e9) + more);
        err.flush();
    }

    /// Removes the bar.
    @Override
    public synchronized void close() {
        if (visible) {
            err.print(CLEAR_LINE);
            err.flush();
            visible = false;
        }
    }

    static String line(String what, long doneBytes, long totalBytes, double seconds) {
        double part = totalBytes <= 0 ? 1 : Math.clamp((double) doneBytes / totalBytes, 0, 1);
        int filled = (int) (part * WIDTH);
        double rate = seconds <= 0 ? 0 : doneBytes / seconds;
        var left = rate <= 0 ? "?" : Math.round((totalBytes - doneBytes) / rate) + " s";
        var bar = new StringBuilder().repeat('#', filled).repeat('-', WIDTH - filled);
        return String.format(
                Locale.ROOT,
                "%s [%s] %s of %s, %s/s, %s left",
                what,
                bar,
                Tables.bytes(doneBytes),
                Tables.bytes(totalBytes),
                Tables.bytes((long) rate),
                left);
    }
}
