package dev.mens.oplog.gossip;

import dev.mens.crypto.PublicKey;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Link;
import dev.mens.oplog.OpLogProblem;
import dev.mens.oplog.entry.RawEntry;
import dev.mens.oplog.log.Reach;
import dev.mens.oplog.log.Replica;
import dev.mens.oplog.log.Slot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/// One meeting of two logs: whoever began it tells its digest, the other one answers with its own
/// and, if they differ, both tell how far every author's entries reach; then each sends what the
/// other lacks, while it takes what it lacks itself. It ends when both have kept what they were
/// sent; the link may be used for another meeting.
final class Exchange {
    /// Entries are verified and written in parts of about this size.
    private static final int PART_BYTES = 512 << 10;

    /// So many bad entries, and the peer is not worth listening to.
    private static final int MAX_BAD = 100;

    /// What no honest peer passes on, because it would have refused it itself.
    private static final Set<String> BAD =
            Set.of(OpLogProblem.MALFORMED.id(), OpLogProblem.BAD_SIGNATURE.id());

    private final Replica replica;
    private final Link link;
    private final Wire wire;

    /// @param given entries that were new there
    /// @param received entries that were new here
    /// @param refused by the ID of the problem
    record Result(int given, int received, Map<String, Integer> refused) {}

    Exchange(Replica replica, Link link) {
        this.replica = replica;
        this.link = link;
        this.wire = new Wire(link.input(), link.output());
    }

    /// Begins a meeting.
    ///
    /// @return whether the logs differ
    /// @throws ProblemException vox/oplog/malformed if the peer does not keep to the protocol, here
    ///     and below
    boolean begin() throws IOException {
        var own = tell();
        return !Arrays.equals(own, hear());
    }

    /// Answers a meeting that the peer began with `theirs`.
    ///
    /// @return whether the logs differ
    boolean answer(byte[] theirs) throws IOException {
        return !Arrays.equals(tell(), theirs);
    }

    private byte[] tell() throws IOException {
        var own = replica.digest();
        wire.write(new Wire.Digest(own));
        wire.flush();
        return own;
    }

    /// The peer's digest.
    byte[] hear() throws IOException {
        if (!(wire.read() instanceof Wire.Digest(var theirs))) {
            throw OpLogProblem.MALFORMED.with("the peer did not begin with its digest");
        }
        return theirs;
    }

    /// Brings two logs that differ to the same entries.
    Result run(Predicate<PublicKey> admitted) throws IOException, InterruptedException {
        wire.write(new Wire.Reaches(replica.reaches()));
        wire.flush();
        if (!(wire.read() instanceof Wire.Reaches(var reaches))) {
            throw OpLogProblem.MALFORMED.with("the peer did not say what it has");
        }
        return exchange(reaches, admitted);
    }

    private Result exchange(Map<Slot, Reach> theirs, Predicate<PublicKey> admitted)
            throws IOException, InterruptedException {
        try (var sender = Executors.newVirtualThreadPerTaskExecutor()) {
            var sending = sender.submit(() -> send(theirs));
            boolean whole = false;
            try {
                var received = receive(theirs, admitted);
                sending.get();
                int given = finish(received.kept());
                whole = true;
                return new Result(given, received.kept(), received.refused());
            } catch (ExecutionException failed) {
                throw new IOException(failed.getCause());
            } finally {
                if (!whole) {
                    // Otherwise the sender might wait for a peer that does not read.
                    sending.cancel(true);
                    link.close();
                }
            }
        }
    }

    /// So that neither side thinks that the other has what it is still writing.
    ///
    /// @return how many entries were new to the peer
    private int finish(int received) throws IOException {
        wire.write(new Wire.Kept(received));
        wire.flush();
        if (!(wire.read() instanceof Wire.Kept(var entries))) {
            throw OpLogProblem.MALFORMED.with("the peer did not end with what it kept");
        }
        return entries;
    }

    private Void send(Map<Slot, Reach> theirs) throws IOException {
        var part = new Part(wire);
        replica.missing(theirs, part);
        part.flush();
        wire.write(new Wire.Done());
        wire.flush();
        return null;
    }

    /// Gathers entries into messages.
    private static final class Part implements Replica.Taker {
        private final Wire wire;
        private final List<RawEntry> gathered = new ArrayList<>();
        private int bytes;

        Part(Wire wire) {
            this.wire = wire;
        }

        @Override
        public void take(RawEntry entry) throws IOException {
            gathered.add(entry);
            bytes += entry.body().length;
            if (bytes >= PART_BYTES || gathered.size() == Wire.MAX_ENTRIES) {
                flush();
            }
        }

        void flush() throws IOException {
            if (!gathered.isEmpty()) {
                wire.write(new Wire.Entries(List.copyOf(gathered)));
                gathered.clear();
                bytes = 0;
            }
        }
    }

    private Keeper.Tally receive(Map<Slot, Reach> theirs, Predicate<PublicKey> admitted)
            throws IOException, InterruptedException {
        int bad = 0;
        try (var keeper = new Keeper()) {
            for (; ; ) {
                switch (wire.read()) {
                    case Wire.Entries(var entries) -> {
                        var delivery = replica.verify(entries, theirs, admitted);
                        bad += requireFew(bad, delivery.refused());
                        keeper.keep(delivery);
                    }
                    case Wire.Done() -> {
                        return keeper.finish();
                    }
                    case Wire.Digest _, Wire.Reaches _, Wire.Kept _ ->
                            throw OpLogProblem.MALFORMED.with("the peer began again");
                }
            }
        }
    }

    /// @param before how many there were
    /// @return how many came
    private static int requireFew(int before, Map<String, Integer> refused) {
        int bad = BAD.stream().mapToInt(reason -> refused.getOrDefault(reason, 0)).sum();
        if (before + bad > MAX_BAD) {
            throw OpLogProblem.MALFORMED.with("the peer sent " + (before + bad) + " bad entries");
        }
        return bad;
    }
}
