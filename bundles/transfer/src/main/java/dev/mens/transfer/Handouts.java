package dev.mens.transfer;

import dev.mens.content.ContentId;
import dev.mens.mesh.PeerId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// To whom this node has given which piece of the bundles that it has whole. Others that ask for a
/// piece are put off as long as the one that has it may pass it on: so however many pull at once,
/// about one copy leaves this node. Thread-safe.
final class Handouts {
    /// Of a puller that asked for nothing and took nothing for so long nothing is expected.
    private static final Duration STALLED = Duration.ofSeconds(5);

    /// Whoever did not pass a piece on within this time will not, however busy it is.
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Map<ContentId, Bundle> bundles = new HashMap<>();

    /// A bundle while somebody pulls it.
    private static final class Bundle {
        private final Map<Integer, Given> given = new HashMap<>();
        private int pullers;
    }

    private record Given(Puller to, long nanos) {
        boolean mayBePassedOn(long now) {
            return now - to.activeNanos < STALLED.toNanos() && now - nanos < LONGEST.toNanos();
        }
    }

    /// Close it when its link ends.
    synchronized Puller enter(PeerId peer, ContentId id) {
        var bundle = bundles.computeIfAbsent(id, _ -> new Bundle());
        bundle.pullers++;
        return new Puller(peer, id, bundle);
    }

    /// One link on which a peer asks for pieces.
    final class Puller implements AutoCloseable {
        private final PeerId peer;
        private final ContentId id;
        private final Bundle bundle;
        private long activeNanos = System.nanoTime();

        private Puller(PeerId peer, ContentId id, Bundle bundle) {
            this.peer = peer;
            this.id = id;
            this.bundle = bundle;
        }

        /// It asked for a piece.
        ///
        /// @return whether it gets the piece from here
        boolean mayHave(int piece) {
            synchronized (Handouts.this) {
                long now = System.nanoTime();
                activeNanos = now;
                var before = bundle.given.get(piece);
                boolean elsewhere =
                        before != null
                                && !before.to().peer.equals(peer)
                                && before.mayBePassedOn(now);
                if (elsewhere) {
                    return false;
                }
                bundle.given.put(piece, new Given(this, now));
                return true;
            }
        }

        /// It took a piece.
        void took() {
            synchronized (Handouts.this) {
                activeNanos = System.nanoTime();
            }
        }

        @Override
        public void close() {
            synchronized (Handouts.this) {
                if (--bundle.pullers == 0) {
                    bundles.remove(id);
                }
            }
        }
    }
}
