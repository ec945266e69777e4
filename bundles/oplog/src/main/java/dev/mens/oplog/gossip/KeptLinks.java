package dev.mens.oplog.gossip;

import dev.mens.mesh.Link;
import dev.mens.mesh.PeerId;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.LongSupplier;

/// Links on which peers were met lately, for the next meetings with them: the handshake of a new
/// one takes many times as long as a meeting.
final class KeptLinks implements AutoCloseable {
    private static final int MOST = 8;

    /// A link that is silent for long may have been forgotten by what lies between.
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final LongSupplier nanos;
    private final SequencedMap<PeerId, Kept> links = new LinkedHashMap<>();
    private boolean closed;

    private record Kept(Link link, long since) {}

    /// @param nanos a clock that never goes back
    KeptLinks(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /// The link, which is the caller's from now on. Its peer may have ended it meanwhile.
    Optional<Link> take(PeerId peer) {
        Kept kept;
        synchronized (this) {
            kept = links.remove(peer);
        }
        if (kept == null) {
            return Optional.empty();
        } else if (nanos.getAsLong() - kept.since() > LONGEST.toNanos()) {
            close(kept.link());
            return Optional.empty();
        }
        return Optional.of(kept.link());
    }

    /// Keeps a link on which a meeting is over, instead of the one used longest ago.
    void keep(Link link) {
        Optional<Link> superfluous;
        synchronized (this) {
            superfluous = closed ? Optional.of(link) : replace(link);
        }
        superfluous.ifPresent(KeptLinks::close);
    }

    private Optional<Link> replace(Link link) {
        var before = links.putLast(link.peer(), new Kept(link, nanos.getAsLong()));
        if (before != null) {
            return Optional.of(before.link());
        }
        return links.size() > MOST
                ? Optional.of(links.pollFirstEntry().getValue().link())
                : Optional.empty();
    }

    @Override
    public synchronized void close() {
        closed = true;
        links.values().forEach(kept -> close(kept.link()));
        links.clear();
    }

    private static void close(Link link) {
        try {
            link.close();
        } catch (IOException gone) {
            // Its peer was faster.
        }
    }
}
