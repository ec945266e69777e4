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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

    /// Decodes entries that came together, and verifies those that are new.
    ///
    /// @param floors where the sender's entries begin
    /// @param admitted whose entries are welcome; asked when they are kept
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
        private List<Task.Arrival> verified = List.of();
        private int kept;
        private int known;
        private int held;

        private Delivery(Map<Slot, Long> floors, Predicate<PublicKey> admitted) {
            this.floors = floors;
            this.admitted = admitted;
        }

        private void verify(List<RawEntry> raws) throws IOException {
            var arrivals = new ArrayList<Task.Arrival>(raws.size());
            var decoded = raws.parallelStream().map(this::decoded).toList();
            for (int i = 0; i < raws.size(); i++) {
                if (decoded.get(i) instanceof Sound(var entry) && isNew(entry)) {
                    arrivals.add(new Task.Arrival(entry, raws.get(i)));
                } else if (decoded.get(i) instanceof Refused(var why)) {
                    refuse(why);
                }
            }
            verified = signed(arrivals);
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

        private List<Task.Arrival> signed(List<Task.Arrival> arrivals) {
            var valid = Signatures.verify(arrivals, trust.verifier());
            var signed = new ArrayList<Task.Arrival>(arrivals.size());
            for (int i = 0; i < valid.length; i++) {
                var entry = arrivals.get(i).entry();
                if (valid[i]) {
                    signed.add(arrivals.get(i));
                } else {
                    refuse(OpLogProblem.BAD_SIGNATURE.with(entry.id().shortHex(), entry.author()));
                }
            }
            return signed;
        }

        @Override
        public Replica.Outcome keep() throws IOException, InterruptedException {
            keep(welcome());
            return new Replica.Outcome(kept, known, held, reasons);
        }

        /// Entries of whoever is admitted, be it by an entry before them.
        private List<Task.Arrival> welcome() {
            var insiders = new HashSet<PublicKey>();
            var welcome = new ArrayList<Task.Arrival>(verified.size());
            for (var arrival : verified) {
                var entry = arrival.entry();
                if (!insiders.contains(entry.author()) && !admitted.test(entry.author())) {
                    refuse(OpLogProblem.NOT_ADMITTED.with(entry.id().shortHex(), entry.author()));
                    continue;
                }
                welcome.add(arrival);
                insiders.add(entry.author());
                if (entry.op() instanceof Op.PeerJoined peer) {
                    insiders.add(peer.peer());
                }
            }
            return welcome;
        }

        /// After each success those that wait may fit, too.
        private void keep(List<Task.Arrival> arrivals) throws IOException, InterruptedException {
            var next = arrivals;
            while (!next.isEmpty()) {
                int before = kept;
                settle(next, journal.keep(next, floors));
                next = kept > before ? waiting.all() : List.of();
            }
        }

        private void settle(List<Task.Arrival> arrivals, List<Links.Verdict> verdicts) {
            for (int i = 0; i < verdicts.size(); i++) {
                var arrival = arrivals.get(i);
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
