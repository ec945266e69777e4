package dev.mens.oplog.log;

import dev.mens.crypto.PublicKey;
import dev.mens.diagnostics.ProblemException;
import dev.mens.oplog.Op;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.OpLogProblem;
import dev.mens.oplog.entry.EntryCodec;
import dev.mens.oplog.entry.RawEntry;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way of foreign entries into the log: decoded, verified, admitted, linked. What is refused is
/// counted by its reason, and logged.
final class Intake {
    /// Why an entry that waits for others is refused.
    static final String NO_ROOM = "vox/oplog/waiting-room-full";

    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

    private final Journal journal;
    private final Trust trust;
    private final Clock clock;
    private final Waiting waiting = new Waiting();
    private final Map<String, Long> refused = new ConcurrentHashMap<>();
    private final Complaints complaints = new Complaints(LOG, System::nanoTime);

    Intake(Journal journal, Trust trust, Clock clock) {
        this.journal = journal;
        this.trust = trust;
        this.clock = clock;
    }

    int waiting() {
        return waiting.size();
    }

    /// All that were ever refused, by reason.
    Map<String, Long> refused() {
        return Map.copyOf(refused);
    }

    /// Decodes entries that came together, and verifies those that are new and welcome.
    ///
    /// @param floors where the sender's entries begin
    /// @param admitted whose entries are welcome; asked now, and again when they are kept
    Delivery verify(List<RawEntry> raws, Map<Slot, Long> floors, Predicate<PublicKey> admitted)
            throws IOException {
        var delivery = new Delivery(floors, admitted);
        delivery.verify(raws);
        return delivery;
    }

    /// Entries that came together.
    final class Delivery implements Replica.Delivery {
        private final Map<Slot, Long> floors;
        private final Predicate<PublicKey> admitted;
        private final Map<String, Integer> reasons = new HashMap<>();
        private final List<Task.Arrival> arrivals = new ArrayList<>();
        private final Set<Task.Arrival> sound = Collections.newSetFromMap(new IdentityHashMap<>());
        private final Set<PublicKey> joined = new HashSet<>();
        private int kept;
        private int known;
        private int held;

        private Delivery(Map<Slot, Long> floors, Predicate<PublicKey> admitted) {
            this.floors = floors;
            this.admitted = admitted;
        }

        private void verify(List<RawEntry> raws) throws IOException {
            var decoded = raws.parallelStream().map(this::decoded).toList();
            for (int i = 0; i < raws.size(); i++) {
                if (decoded.get(i) instanceof Sound(var entry) && isNew(entry)) {
                    arrivals.add(new Task.Arrival(entry, raws.get(i)));
                } else if (decoded.get(i) instanceof Refused(var why)) {
                    refuse(why);
                }
            }
            verifyWelcome();
        }

        private Decoded decoded(RawEntry raw) {
            try {
                return new Sound(EntryCodec.decode(raw, trust.hashing()));
            } catch (ProblemException malformed) {
                return new Refused(malformed);
            }
        }

        private boolean isNew(OpEntry entry) throws IOException {
            if (entry.sequence() >= journal.heads().next(Slot.of(entry))) {
                return true;
            }
            var kept = journal.shelves().find(entry.author(), entry.retention(), entry.sequence());
            boolean here =
                    kept.isPresent() && kept.get().raw().id(trust.hashing()).equals(entry.id());
            if (here) {
                known++;
            }
            return !here;
        }

        /// Verifies what those said who are admitted, be it by one of these entries. Signatures of
        /// strangers are not worth the time.
        private void verifyWelcome() {
            for (var next = welcome(); !next.isEmpty(); next = welcome()) {
                var forged = verifySigned(next);
                if (!forged.isEmpty()) {
                    arrivals.removeIf(forged::contains);
                }
            }
        }

        private List<Task.Arrival> welcome() {
            var authors = new HashMap<PublicKey, Boolean>();
            return arrivals.stream()
                    .filter(arrival -> !sound.contains(arrival))
                    .filter(
                            arrival ->
                                    authors.computeIfAbsent(
                                            arrival.entry().author(),
                                            author ->
                                                    joined.contains(author)
                                                            || admitted.test(author)))
                    .toList();
        }

        /// @return those that their author did not sign
        private Set<Task.Arrival> verifySigned(List<Task.Arrival> some) {
            var forged = Collections.<Task.Arrival>newSetFromMap(new IdentityHashMap<>());
            var valid = Signatures.verify(some, trust.verifier());
            for (int i = 0; i < valid.length; i++) {
                var entry = some.get(i).entry();
                if (!valid[i]) {
                    refuse(OpLogProblem.BAD_SIGNATURE.with(entry.id().shortHex(), entry.author()));
                    forged.add(some.get(i));
                    continue;
                }
                sound.add(some.get(i));
                if (entry.op() instanceof Op.PeerJoined peer) {
                    joined.add(peer.peer());
                }
            }
            return forged;
        }

        @Override
        public Map<String, Integer> refused() {
            return Map.copyOf(reasons);
        }

        @Override
        public Replica.Outcome keep() throws IOException, InterruptedException {
            // Deliveries before this one may have admitted somebody.
            verifyWelcome();
            var welcome = new ArrayList<Task.Arrival>(arrivals.size());
            for (var arrival : arrivals) {
                var entry = arrival.entry();
                if (sound.contains(arrival)) {
                    welcome.add(arrival);
                } else {
                    refuse(OpLogProblem.NOT_ADMITTED.with(entry.id().shortHex(), entry.author()));
                }
            }
            keep(welcome);
            return new Replica.Outcome(kept, known, held, reasons);
        }

        /// After each success those that wait may fit, too.
        private void keep(List<Task.Arrival> welcome) throws IOException, InterruptedException {
            var next = welcome;
            while (!next.isEmpty()) {
                int before = kept;
                settle(next, journal.keep(next, floors));
                next = kept > before ? waiting.all() : List.of();
            }
        }

        private void settle(List<Task.Arrival> some, List<Links.Verdict> verdicts) {
            for (int i = 0; i < verdicts.size(); i++) {
                var arrival = some.get(i);
                switch (verdicts.get(i)) {
                    case Links.Fits() -> {
                        kept++;
                        waiting.remove(arrival);
                    }
                    case Links.Known() -> {
                        known++;
                        waiting.remove(arrival);
                    }
                    case Links.Wrong(var why) -> {
                        refuse(why);
                        waiting.remove(arrival);
                    }
                    case Links.Early() -> hold(arrival);
                }
            }
        }

        private void hold(Task.Arrival arrival) {
            if (waiting.add(arrival, clock.instant())) {
                held++;
            } else {
                count(NO_ROOM);
            }
        }

        private void refuse(ProblemException why) {
            count(why.problem().id());
            complaints.about(why.problem().id(), "An entry was refused: " + why.getMessage());
        }

        private void count(String reason) {
            refused.merge(reason, 1L, Long::sum);
            reasons.merge(reason, 1, Integer::sum);
        }
    }

    private sealed interface Decoded {}

    private record Sound(OpEntry entry) implements Decoded {}

    private record Refused(ProblemException why) implements Decoded {}
}
