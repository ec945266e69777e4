package dev.mens.cluster.gate;

import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Mesh;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts who was turned away and why, and logs it without letting a stranger fill the log.
public final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final long LOG_NANOS = TimeUnit.SECONDS.toNanos(10);

    /// Lines of one reason within one period; further ones are only counted.
    private static final int LINES = 5;

    private static final int MAX_LINE = 500;

    private static final class Tally {
        private long count;
        private long periodStart = System.nanoTime() - LOG_NANOS;
        private long loggedInPeriod;
        private long suppressed;
    }

    private final Map<String, Tally> tallies = new ConcurrentHashMap<>();

    public void count(Object from, ProblemException why) {
        var tally = tallies.computeIfAbsent(why.problem().id(), id -> new Tally());
        synchronized (tally) {
            tally.count++;
            if (System.nanoTime() - tally.periodStart >= LOG_NANOS) {
                if (tally.suppressed > 0) {
                    LOG.warn("{}: {} more were refused", why.problem().id(), tally.suppressed);
                }
                tally.periodStart = System.nanoTime();
                tally.loggedInPeriod = 0;
                tally.suppressed = 0;
            }
            if (tally.loggedInPeriod < LINES) {
                tally.loggedInPeriod++;
                LOG.warn("Refused {}: {}", from, Printable.of(why.getMessage(), MAX_LINE));
            } else {
                tally.suppressed++;
            }
        }
    }

    public List<Mesh.Refusals> all() {
        return tallies.entrySet().stream()
                .map(
                        entry -> {
                            synchronized (entry.getValue()) {
                                return new Mesh.Refusals(entry.getKey(), entry.getValue().count);
                            }
                        })
                .sorted(Comparator.comparing(Mesh.Refusals::reason))
                .toList();
    }
}
