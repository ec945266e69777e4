package dev.mens.transfer;

import dev.mens.mesh.ModelSharing.Rate;
import dev.mens.mesh.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Bytes for each second from each peer, over the last full second or two. Thread-safe.
final class Rates {
    private static final long WINDOW_NANOS = Duration.ofSeconds(1).toNanos();

    private final Map<PeerId, Long> counted = new TreeMap<>();
    private List<Rate> latest = List.of();
    private long begun = System.nanoTime();

    synchronized void count(PeerId peer, int bytes) {
        counted.merge(peer, (long) bytes, Long::sum);
    }

    synchronized List<Rate> perSecond() {
        long elapsed = System.nanoTime() - begun;
        if (elapsed >= WINDOW_NANOS) {
            double seconds = elapsed / 1e9;
            var rates = new ArrayList<Rate>();
            counted.forEach((peer, bytes) -> rates.add(new Rate(peer, (long) (bytes / seconds))));
            latest = List.copyOf(rates);
            counted.clear();
            begun = System.nanoTime();
        }
        return latest;
    }
}
