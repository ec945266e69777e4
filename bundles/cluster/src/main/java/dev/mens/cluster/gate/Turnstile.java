package dev.mens.cluster.gate;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/// Keeps one host from taking all of a gate: limits how many unfinished greetings it has, and how
/// many connections it opens in a second. Thread-safe.
final class Turnstile {
    private static final int UNFINISHED = 256;
    private static final int UNFINISHED_OF_ONE = 128;
    private static final int RATE = 100;
    private static final int BURST = 300;
    private static final int REMEMBERED = 10_000;
    private static final double NANOS = 1e9;

    private static final class Visitor {
        private int unfinished;
        private double tokens = BURST;
        private long at = System.nanoTime();

        boolean mayCome() {
            long now = System.nanoTime();
            tokens = Math.min(BURST, tokens + (now - at) / NANOS * RATE);
            at = now;
            if (tokens < 1) {
                return false;
            }
            tokens--;
            return true;
        }
    }

    /// By last visit, so that the oldest is forgotten first.
    private final Map<InetAddress, Visitor> visitors = new LinkedHashMap<>(16, 0.75f, true);

    private int unfinished;

    /// @return whether it may be greeted; then {@link #leave} must follow
    synchronized boolean enter(InetAddress from) {
        var visitor = visitors.computeIfAbsent(from, address -> new Visitor());
        forget();
        if (unfinished >= UNFINISHED
                || visitor.unfinished >= UNFINISHED_OF_ONE
                || !visitor.mayCome()) {
            return false;
        }
        visitor.unfinished++;
        unfinished++;
        return true;
    }

    /// Its greeting has ended, well or not.
    synchronized void leave(InetAddress from) {
        unfinished--;
        visitors.computeIfPresent(
                from,
                (address, visitor) -> {
                    visitor.unfinished--;
                    return visitor;
                });
    }

    private void forget() {
        var oldest = visitors.values().iterator();
        while (visitors.size() > REMEMBERED && oldest.hasNext()) {
            if (oldest.next().unfinished == 0) {
                oldest.remove();
            }
        }
    }
}
