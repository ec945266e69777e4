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
/// that has everything; and what no puller has is asked of the latter by one puller only, the one
/// whose share it is ({@link Shares}). So however many peers pull at once, those that have
/// everything send about one copy. A peer that makes no progress loses these privileges.
final class PullPlan {
    /// A piece that was asked of a peer so long ago may be asked of another too.
    private static final Duration OVERDUE = Duration.ofSeconds(3);

    /// A puller that got nothing new for so long is not waited for.
    private static final Duration STALLED = Duration.ofSeconds(5);

    private static final long LOOK_AGAIN_MILLIS = 100;

    private final PeerId self;
    private final int count;
    private final BitSet had;
    private final Map<Integer, Ask> asked = new HashMap<>();
    private final Map<PeerId, Holder> holders = new HashMap<>();
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
    }

    /// A peer that is being dialled counts as a puller until it says what it has: asking others for
    /// its share meanwhile would fetch that twice.
    void expect(PeerId peer) {
        locked(() -> holders.putIfAbsent(peer, new Holder(false, new BitSet())));
    }

    void join(PeerId peer, boolean whole, BitSet has) {
        locked(() -> holders.put(peer, new Holder(whole, (BitSet) has.clone())));
    }

    /// What was asked of it is free for others.
    void leave(PeerId peer) {
        locked(
                () -> {
                    holders.remove(peer);
                    asked.values().removeIf(ask -> ask.peer().equals(peer));
                });
    }

    void peerHas(PeerId peer, int piece) {
        locked(
                () -> {
                    var holder = holders.get(peer);
                    if (holder != null && piece < count) {
                        holder.has.set(piece);
                        holder.newsNanos = System.nanoTime();
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
        int fewest = Integer.MAX_VALUE;
        for (int piece = had.nextClearBit(0); piece < count; piece = had.nextClearBit(piece + 1)) {
            if (!holder.has.get(piece) || isAsked(peer, piece, now)) {
                continue;
            }
            boolean others = holder.whole && (!shares.mine(piece) || onTheWay(piece, now));
            int copies = copies(piece);
            if (!others && copies < fewest) {
                best = piece;
                fewest = copies;
            }
        }
        return best < 0 ? OptionalInt.empty() : OptionalInt.of(best);
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

    private int copies(int piece) {
        return (int) holders.values().stream().filter(holder -> holder.has.get(piece)).count();
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
