package dev.mens.oplog.log;

import dev.mens.crypto.Hashing;
import dev.mens.crypto.PublicKey;
import dev.mens.oplog.Retention;
import dev.mens.oplog.segment.Lane;
import dev.mens.oplog.segment.Stored;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The lanes of all retention classes, read as one sequence of positions.
final class Shelves implements AutoCloseable {
    private final Map<Retention, Lane> lanes = new EnumMap<>(Retention.class);

    static Shelves open(Path folder, Hashing hashing) throws IOException {
        var shelves = new Shelves();
        boolean opened = false;
        try {
            for (var retention : Retention.values()) {
                var name = retention.name().toLowerCase(Locale.ROOT);
                shelves.lanes.put(retention, Lane.open(folder.resolve(name), retention, hashing));
            }
            opened = true;
            return shelves;
        } finally {
            if (!opened) {
                shelves.close();
            }
        }
    }

    Lane lane(Retention retention) {
        return lanes.get(retention);
    }

    /// Writes and syncs entries in the order of their positions.
    void append(List<Lane.Pending> batch) throws IOException {
        for (var lane : lanes.entrySet()) {
            var part =
                    batch.stream()
                            .filter(pending -> pending.entry().retention() == lane.getKey())
                            .toList();
            if (!part.isEmpty()) {
                lane.getValue().append(part);
            }
        }
    }

    /// Removes what a crash left unfinished. Until then nothing on the disk is changed.
    void wipe() throws IOException {
        for (var lane : lanes.values()) {
            lane.wipe();
        }
    }

    long end() throws IOException {
        long end = 0;
        for (var lane : lanes.values()) {
            end = Math.max(end, lane.end());
        }
        return end;
    }

    /// Records of all lanes in order of positions; at least one if there are any, at most `limit`.
    List<Stored> read(long from, long below, int limit) throws IOException {
        var merged = new ArrayList<Stored>();
        long until = below;
        for (var lane : lanes.values()) {
            var page = lane.read(from, below, limit);
            merged.addAll(page.records());
            until = Math.min(until, page.until());
        }
        long end = until;
        merged.removeIf(stored -> stored.position() >= end);
        merged.sort(Comparator.comparingLong(Stored::position));
        return merged.size() > limit ? merged.subList(0, limit) : merged;
    }

    /// The position of the first record at this position or a later one; -1 if there is none.
    long next(long from) throws IOException {
        long next = -1;
        for (var lane : lanes.values()) {
            long found = lane.next(from);
            if (found >= 0 && (next < 0 || found < next)) {
                next = found;
            }
        }
        return next;
    }

    Optional<Stored> find(PublicKey author, Retention retention, long sequence) throws IOException {
        return lanes.get(retention).find(author, sequence);
    }

    List<Stored> find(String prefix, int limit) throws IOException {
        var found = new ArrayList<Stored>();
        for (var lane : lanes.values()) {
            found.addAll(lane.find(prefix, limit - found.size()));
        }
        return found;
    }

    long bytes() {
        return lanes.values().stream().mapToLong(Lane::bytes).sum();
    }

    @Override
    public void close() throws IOException {
        for (var lane : lanes.values()) {
            lane.close();
        }
    }
}
