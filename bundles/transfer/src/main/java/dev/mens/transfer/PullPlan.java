package dev.mens.transfer;

import dev.mens.mesh.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Which piece is asked of whom. Thread-safe; each holder's link takes from it.
///
/// The rarest piece goes first. What another puller has is asked of that puller and not of a peer
/// that has everything, unless it makes no progress. Of the latter each puller asks its own share
/// first ({@link Shares}), so that two rarely want the same; if they do, one is put off
/// ({@link Handouts}).
final class PullPlan {
    /// A piece that was asked of a peer so long ago may be asked of another too.
    private static final Duration OVERDUE = Duration.ofSeconds(3);

    /// A puller that got nothing new for so long is not waited for.
    private static final Duration STALLED = Duration.ofSeconds(5);

    /// After being put off.
    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

    private static final long LOOK_AGAIN_MILLIS = 100;

    private final PeerId self;
    private final int count;
    private final BitSet had;
    private final Map<Integer, Ask> asked = new HashMap<>();
    private final Map<PeerId, Holder> holders = new HashMap<>();
    /// How many of the holders have each piece.
    private final int[] copies;
    private final List<ChunkNews> followers = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Exception failure;

    /// Told of each piece that has come.
    @FunctionalInterface
    interface ChunkNews {
        void came(int piece);
    }

    private record Ask(PeerId peer, long nanos) {}

    /// A peer that is asked for pieces; `whole` if it had everything when it was met.
    private static final class Holder {
        private final boolean whole;
        private final BitSet has;
        private final Map<Integer, Long> putOffNanos = new HashMap<>();
        private long newsNanos = System.nanoTime();

        Holder(boolean whole, BitSet has) {
            this.whole = whole;
            this.has = has;
        }
    }

    /// @param had what is here already
    PullPlan(PeerId self, int count, BitSet had) {
        this.self = self;
        this.count = count;
        this.had = (BitSet) had.clone();
        this.copies = new int[count];
    }

    void join(PeerId peer, boolean whole, BitSet has) {
        locked(
                () -> {
                    forget(peer);
                    holders.put(peer, new Holder(whole, (BitSet) has.clone()));
                    has.stream().forEach(piece -> copies[piece]++);
                });
    }

    /// What was asked of it is free for others.
    void leave(PeerId peer) {
        locked(
                () -> {
                    forget(peer);
                    asked.values().removeIf(ask -> ask.peer().equals(peer));
                });
    }

    private void forget(PeerId peer) {
        var holder = holders.remove(peer);
        if (holder != null) {
            holder.has.stream().forEach(piece -> copies[piece]--);
        }
    }

    void peerHas(PeerId peer, int piece) {
        locked(
                () -> {
                    var holder = holders.get(peer);
                    if (holder != null && !holder.has.get(piece)) {
                        holder.has.set(piece);
                        copies[piece]++;
                        holder.newsNanos = System.nanoTime();
                    }
                });
    }

    /// Another puller has just been given the piece that was asked of a peer.
    void putOff(PeerId peer, int piece) {
        locked(
                () -> {
                    var holder = holders.get(peer);
                    if (holder != null) {
                        holder.putOffNanos.put(piece, System.nanoTime());
                        asked.computeIfPresent(
                                piece, (_, ask) -> ask.peer().equals(peer) ? null : ask);
                    }
                });
    }

    /// Waits for a piece to ask of a peer.
    ///
    /// @return empty when all is here, or the peer has left
    OptionalInt take(PeerId peer) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (failure == null && had.cardinality() < count && holders.containsKey(peer)) {
                var piece = choose(peer, holders.get(peer), System.nanoTime());
                if (piece.isPresent()) {
                    asked.put(piece.getAsInt(), new Ask(peer, System.nanoTime()));
                    return piece;
                }
                var _ = changed.await(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            }
            return OptionalInt.empty();
        } finally {
            lock.unlock();
        }
    }

    private OptionalInt choose(PeerId peer, Holder holder, long now) {
        var shares = new Shares(self, pullers(now));
        int best = -1;
        int least = Integer.MAX_VALUE;
        for (int piece = had.nextClearBit(0);
                piece < count && least > 2;
                piece = had.nextClearBit(piece + 1)) {
            int cost = 2 * copies[piece];
            if (cost >= least || !mayAsk(peer, holder, piece, now)) {
                continue;
            }
            if (holder.whole && !shares.mine(piece)) {
                cost++;
            }
            if (cost < least) {
                best = piece;
                least = cost;
            }
        }
        return best < 0 ? OptionalInt.empty() : OptionalInt.of(best);
    }

    private boolean mayAsk(PeerId peer, Holder holder, int piece, long now) {
        return holder.has.get(piece)
                && !isAsked(peer, piece, now)
                && !(holder.whole && (isPutOff(holder, piece, now) || onTheWay(piece, now)));
    }

    private static boolean isPutOff(Holder holder, int piece, long now) {
        var since = holder.putOffNanos.get(piece);
        return since != null && now - since < ASK_AGAIN.toNanos();
    }

    private boolean isAsked(PeerId peer, int piece, long now) {
        var ask = asked.get(piece);
        return ask != null && (ask.peer().equals(peer) || now - ask.nanos() < OVERDUE.toNanos());
    }

    /// Pullers that get on; this node is one.
    private List<PeerId> pullers(long now) {
        var pullers = new ArrayList<PeerId>(List.of(self));
        holders.forEach(
                (peer, holder) -> {
                    if (getsOn(holder, now)) {
                        pullers.add(peer);
                    }
                });
        return pullers;
    }

    private static boolean getsOn(Holder holder, long now) {
        return !holder.whole && now - holder.newsNanos < STALLED.toNanos();
    }

    private boolean onTheWay(int piece, long now) {
        return holders.values().stream()
                .anyMatch(holder -> holder.has.get(piece) && getsOn(holder, now));
    }

    /// A piece is here, verified.
    ///
    /// @return false if it was here already
    boolean came(PeerId from, int piece) {
        List<ChunkNews> told;
        lock.lock();
        try {
            asked.remove(piece);
            var holder = holders.get(from);
            if (holder != null) {
                holder.newsNanos = System.nanoTime();
            }
            if (had.get(piece)) {
                return false;
            }
            had.set(piece);
            told = List.copyOf(followers);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        told.forEach(follower -> follower.came(piece));
        return true;
    }

    ChunkSource.Subscription follow(ChunkNews news) {
        locked(() -> followers.add(news));
        return () -> locked(() -> followers.remove(news));
    }

    BitSet present() {
        lock.lock();
        try {
            return (BitSet) had.clone();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until all is here or the pull has failed, but not longer than `atMost`.
    void awaitDone(Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lockInterruptibly();
        try {
            while (left > 0 && failure == null && had.cardinality() < count) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean done() {
        lock.lock();
        try {
            return had.cardinality() == count;
        } finally {
            lock.unlock();
        }
    }

    boolean anybody() {
        lock.lock();
        try {
            return !holders.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /// Ends the pull; the first reason stands.
    void fail(Exception reason) {
        locked(
                () -> {
                    if (failure == null) {
                        failure = reason;
                    }
                });
    }

    /// Waits until a piece is here.
    ///
    /// @return false if the pull has failed
    boolean await(int piece) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!had.get(piece) && failure == null) {
                changed.await();
            }
            return failure == null;
        } finally {
            lock.unlock();
        }
    }

    @Nullable Exception failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
