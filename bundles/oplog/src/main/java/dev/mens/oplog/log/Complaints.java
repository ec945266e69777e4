package dev.mens.oplog.log;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// Logs what peers do wrong, without letting any of them fill the log: some lines about each
/// subject in a while; of further ones only the number. Thread-safe.
public final class Complaints {
    static final int LINES = 5;
    static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final int MAX_LINE = 500;

    private static final class Tally {
        private final long begun;
        private int count;

        Tally(long begun) {
            this.begun = begun;
        }
    }

    private final Logger log;
    private final LongSupplier nanos;
    private final Map<String, Tally> tallies = new ConcurrentHashMap<>();

    /// @param nanos a clock that never goes back
    public Complaints(Logger log, LongSupplier nanos) {
        this.log = log;
        this.nanos = nanos;
    }

    /// @param subject one of few
    /// @param sentence which may hold words of strangers
    public void about(String subject, String sentence) {
        tallies.compute(
                subject,
                (same, before) -> {
                    var tally = current(subject, before);
                    if (tally.count++ < LINES) {
                        log.warn("{}", printable(sentence));
                    }
                    return tally;
                });
    }

    private Tally current(String subject, @Nullable Tally before) {
        long now = nanos.getAsLong();
        if (before != null && now - before.begun < PERIOD_NANOS) {
            return before;
        }
        if (before != null && before.count > LINES) {
            log.warn("{}: {} more", subject, before.count - LINES);
        }
        return new Tally(now);
    }

    /// On one line, without what could steer a terminal.
    private static String printable(String foreign) {
        var printable = foreign.replaceAll("\\p{Cntrl}", " ");
        return printable.substring(0, Math.min(MAX_LINE, printable.length()));
    }
}
