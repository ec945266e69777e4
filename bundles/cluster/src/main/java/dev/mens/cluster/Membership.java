package dev.mens.cluster;

import dev.mens.cluster.trust.Roster;
import dev.mens.crypto.Hashing;
import dev.mens.mesh.MeshListener;
import dev.mens.mesh.Peer;
import dev.mens.mesh.PeerId;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who is in the mesh, from what the group sees and what the roster knows. Tells the listeners, one
/// after the other, from one thread.
final class Membership implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

    /// Of an ID, to mean a peer by it.
    private static final int FEWEST_DIGITS = 4;

    /// @param incarnation by which a restart is told from the peer that was there before
    private record Seen(long incarnation, Instant since) {}

    private final PeerId self;
    private final Roster roster;
    private final Hashing hashing;
    private final Clock clock;
    private final Supplier<List<MeshListener>> listeners;
    private final ExecutorService telling =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("mesh membership").factory());
    private final Map<PeerId, Seen> seen = new HashMap<>();
    private final Map<PeerId, Peer> told = new HashMap<>();

    Membership(
            PeerId self,
            Roster roster,
            Hashing hashing,
            Clock clock,
            Supplier<List<MeshListener>> listeners) {
        this.self = self;
        this.roster = roster;
        this.hashing = hashing;
        this.clock = clock;
        this.listeners = listeners;
    }

    /// The group has changed.
    ///
    /// @param present everybody in it, with incarnations
    /// @return who is not in it any more
    synchronized Set<PeerId> see(Map<PeerId, Long> present) {
        var gone = new HashSet<>(seen.keySet());
        gone.removeAll(present.keySet());
        gone.forEach(seen::remove);
        present.forEach(
                (id, incarnation) -> {
                    var before = seen.get(id);
                    if (before == null || before.incarnation() != incarnation) {
                        seen.put(id, new Seen(incarnation, clock.instant()));
                    }
                });
        tell();
        return gone;
    }

    /// The roster has changed: somebody may be known now.
    synchronized void tell() {
        for (var peer : List.copyOf(told.values())) {
            var now = seen.get(peer.id());
            if (now == null || !now.since().equals(peer.since())) {
                told.remove(peer.id());
                LOG.info("{} ({}) has gone", peer.name(), peer.id().abbreviated());
                each(listener -> listener.left(peer));
            }
        }
        for (var id : seen.keySet()) {
            if (!told.containsKey(id) && !id.equals(self)) {
                present(id)
                        .ifPresent(
                                peer -> {
                                    told.put(id, peer);
                                    LOG.info("{} ({}) is here", peer.name(), id.abbreviated());
                                    each(listener -> listener.joined(peer));
                                });
            }
        }
    }

    synchronized boolean isPresent(PeerId id) {
        return seen.containsKey(id);
    }

    synchronized Set<PeerId> ids() {
        return Set.copyOf(seen.keySet());
    }

    /// This node first, then the others by name.
    synchronized List<Peer> present() {
        var peers = new ArrayList<Peer>();
        seen.keySet().forEach(id -> present(id).ifPresent(peers::add));
        peers.sort(ORDER);
        return peers;
    }

    /// Who is admitted but away, by name.
    synchronized List<Peer> absent() {
        var peers = new ArrayList<Peer>();
        for (var admission : roster.admissions()) {
            var id = PeerId.of(admission.subject(), hashing);
            if (admission.admitted() && !seen.containsKey(id) && !id.equals(self)) {
                peers.add(peer(id, Peer.State.ABSENT, clock.instant()).orElseThrow());
            }
        }
        peers.sort(ORDER);
        return peers;
    }

    /// Who is present, then who is away.
    synchronized List<Peer> all() {
        var all = present();
        all.addAll(absent());
        return all;
    }

    /// The other peers that have a name, a key or an ID which begins so.
    List<Peer> meantBy(String text) {
        return all().stream()
                .filter(known -> known.state() != Peer.State.SELF)
                .filter(
                        known ->
                                known.name().equals(text)
                                        || known.key().toString().equals(text)
                                        || isBeginning(text, known.id()))
                .toList();
    }

    private static boolean isBeginning(String digits, PeerId id) {
        return digits.length() >= FEWEST_DIGITS && id.hex().startsWith(digits);
    }

    private static final Comparator<Peer> ORDER =
            Comparator.comparing((Peer peer) -> peer.state() != Peer.State.SELF)
                    .thenComparing(Peer::name)
                    .thenComparing(Peer::id);

    private Optional<Peer> present(PeerId id) {
        var state = id.equals(self) ? Peer.State.SELF : Peer.State.PRESENT;
        return peer(id, state, seen.get(id).since());
    }

    /// Empty while nobody has said whose ID this is.
    private Optional<Peer> peer(PeerId id, Peer.State state, Instant since) {
        var card =
                roster.card(id)
                        .map(
                                known ->
                                        new Peer(
                                                id,
                                                known.name(),
                                                known.key(),
                                                known.addresses(),
                                                known.version(),
                                                since,
                                                state));
        return card.or(
                () ->
                        roster.admissions().stream()
                                .filter(a -> PeerId.of(a.subject(), hashing).equals(id))
                                .map(
                                        a ->
                                                new Peer(
                                                        id,
                                                        a.name(),
                                                        a.subject(),
                                                        List.of(),
                                                        "",
                                                        since,
                                                        state))
                                .findFirst());
    }

    private void each(Consumer<MeshListener> call) {
        telling.execute(() -> listeners.get().forEach(call));
    }

    /// Everybody leaves, as far as the listeners know.
    @Override
    public void close() {
        synchronized (this) {
            seen.clear();
            tell();
        }
        telling.close();
    }
}
