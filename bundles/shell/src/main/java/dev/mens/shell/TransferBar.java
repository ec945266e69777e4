package dev.mens.shell;

import dev.mens.mesh.ModelSharing.Progress;
import dev.mens.mesh.ModelSharing.Rate;
import dev.mens.mesh.PeerId;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/// A bar with bytes, rate and time left on standard error, if a person is watching. Told from any
/// thread.
final class TransferBar implements AutoCloseable {
    private static final long PATIENCE_NANOS = 300_000_000;
    private static final long STEP_NANOS = 100_000_000;
    private static final int WIDTH = 24;
    private static final String CLEAR_LINE = "\r\033[K";

    private final PrintStream err;
    private final boolean watched;
    private final LongSupplier nanos;
    private String step = "";
    private long begun;
    private long painted;
    private boolean visible;

    TransferBar(Caller caller) {
        this(caller.err(), caller.errorIsTerminal(), System::nanoTime);
    }

    TransferBar(PrintStream err, boolean watched, LongSupplier nanos) {
        this.err = err;
        this.watched = watched;
        this.nanos = nanos;
    }

    void report(String what, long doneBytes, long totalBytes) {
        report(what, doneBytes, totalBytes, "");
    }

    /// @param more goes behind the bar
    synchronized void report(String what, long doneBytes, long totalBytes, String more) {
        if (!watched) {
            return;
        }
        long now = nanos.getAsLong();
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

    /// What goes behind the bar while pieces come: how fast each peer sends.
    static String rates(Progress progress, Function<PeerId, String> names) {
        if (!progress.step().equals("pull")) {
            return "";
        }
        return progress.rates().isEmpty()
                ? "; waiting for peers"
                : progress.rates().stream()
                        .map(rate -> names.apply(rate.peer()) + " " + perSecond(rate))
                        .collect(Collectors.joining(", ", "; ", ""));
    }

    private static String perSecond(Rate rate) {
        return Tables.bytes(rate.bytesPerSecond()) + "/s";
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
