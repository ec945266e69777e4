package dev.mens.oplog.log;

import dev.mens.oplog.Op;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.OpLog;
import dev.mens.oplog.OpLogProblem;
import dev.mens.oplog.Projection;
import dev.mens.oplog.Retention;
import dev.mens.oplog.entry.EntryCodec;
import dev.mens.oplog.segment.Stored;
import dev.mens.storage.DurableFiles;
import dev.mens.storage.ProcessLock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log in a folder, open. Entries are in memory only while they are looked at.
final class Journal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private final Trust trust;
    private final Clock clock;
    private final Duration trainingRetention;
    private final ProcessLock lock;
    private final Shelves shelves;
    private final Snapshots snapshots;
    private final Projections projections;
    private final Runnable listener;
    private final HeadTable heads;
    private final Committer committer;
    private final ReentrantLock growth = new ReentrantLock();
    private final Condition grown = growth.newCondition();
    private volatile long end;
    private long snapshotAt;
    private Thread snapshotWriter = Thread.ofVirtual().unstarted(() -> {});

    /// How many entries are verified again when the log is opened after a crash, at most and
    /// roughly.
    static final int SNAPSHOT_EVERY = 10_000;

    /// @param trainingRetention how long entries of that class are kept
    record Settings(Path folder, Duration trainingRetention) {}

    private Journal(
            Settings settings,
            Trust trust,
            Clock clock,
            ProcessLock lock,
            Shelves shelves,
            Projections projections,
            Runnable listener)
            throws IOException {
        this.trust = trust;
        this.clock = clock;
        this.trainingRetention = settings.trainingRetention();
        this.lock = lock;
        this.shelves = shelves;
        this.projections = projections;
        this.listener = listener;
        this.snapshots = new Snapshots(settings.folder().resolve("snapshots"));
        this.end = shelves.end();
        this.heads = replay();
        this.committer = new Committer(trust, heads, shelves, clock, end, this::written);
    }

    /// Recovers what a crash left, and verifies what came after the last snapshot.
    ///
    /// @param projections brought up to date
    /// @param listener called after each write, by the thread that writes
    /// @throws dev.mens.diagnostics.ProblemException vox/oplog/in-use, vox/oplog/damaged and
    ///     vox/oplog/other-version
    static Journal open(
            Settings settings, Trust trust, Clock clock, Projections projections, Runnable listener)
            throws IOException {
        DurableFiles.createFolders(settings.folder());
        var lock =
                ProcessLock.tryAcquire(settings.folder().resolve("lock"))
                        .orElseThrow(() -> OpLogProblem.IN_USE.with(settings.folder()));
        Shelves shelves = null;
        boolean opened = false;
        try {
            shelves = Shelves.open(settings.folder(), trust.hashing());
            var journal = new Journal(settings, trust, clock, lock, shelves, projections, listener);
            opened = true;
            return journal;
        } finally {
            if (!opened) {
                if (shelves != null) {
                    shelves.close();
                }
                lock.close();
            }
        }
    }

    private HeadTable replay() throws IOException {
        var snapshot = snapshots.newest();
        long from = snapshot.map(Snapshots.Snapshot::position).orElse(0L);
        if (from > end) {
            throw OpLogProblem.DAMAGED.with("it ends at %d, but once had %d".formatted(end, from));
        }
        var states = snapshot.map(Snapshots.Snapshot::states).orElse(Map.of());
        shelves.wipe();
        boolean all = projections.restore(states);
        var table = snapshot.map(s -> new HeadTable(s.heads(), s.tips())).orElseGet(HeadTable::new);
        snapshotAt = from;
        if (all) {
            replay(from, table);
        } else {
            // A projection is new or has changed its form: it needs the entries from the start.
            projections.restore(Map.of());
            table = new HeadTable();
            replay(0, table);
        }
        return table;
    }

    private void replay(long from, HeadTable table) throws IOException {
        var listener =
                new Audit.Listener() {
                    @Override
                    public void sound(List<OpEntry> entries, long bytes, long until) {
                        projections.apply(entries, until);
                    }

                    @Override
                    public void fault(String sentence) {
                        throw OpLogProblem.DAMAGED.with(sentence);
                    }
                };
        new Audit(shelves, trust, table, listener).run(from, end);
        projections.apply(List.of(), end);
    }

    /// On the committer's thread.
    private void written(List<OpEntry> entries, long newEnd) throws IOException {
        projections.apply(entries, newEnd);
        growth.lock();
        try {
            end = newEnd;
            grown.signalAll();
        } finally {
            growth.unlock();
        }
        listener.run();
        if (newEnd - snapshotAt >= SNAPSHOT_EVERY && !snapshotWriter.isAlive()) {
            expire();
            var snapshot = snapshot();
            snapshotWriter = Thread.ofVirtual().name("oplog-snapshot").start(() -> write(snapshot));
        }
    }

    private Snapshots.Snapshot snapshot() {
        snapshotAt = end;
        return new Snapshots.Snapshot(end, heads.states(), heads.tips(), projections.states());
    }

    private void write(Snapshots.Snapshot snapshot) {
        try {
            snapshots.write(snapshot);
        } catch (IOException failure) {
            // The next start takes longer, no more.
            LOG.warn("The op-log could not write a snapshot", failure);
        }
    }

    /// Lets old entries of the training class go.
    private void expire() throws IOException {
        if (!shelves.lane(Retention.TRAINING).expire(clock.instant().minus(trainingRetention))) {
            return;
        }
        for (var entry : heads.states().entrySet()) {
            if (entry.getKey().retention() == Retention.TRAINING) {
                heads.raise(entry.getKey(), floor(entry.getKey(), entry.getValue()));
            }
        }
    }

    /// What is here of a chain is its end, so a search by halves finds where it begins.
    private long floor(Slot slot, Reach state) throws IOException {
        long low = state.floor();
        long high = state.next();
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (shelves.find(slot.author(), slot.retention(), middle).isPresent()) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    List<OpEntry> append(List<? extends Op> ops) throws IOException, InterruptedException {
        var done = new CompletableFuture<List<OpEntry>>();
        committer.submit(new Task.Own(List.copyOf(ops), done));
        return await(done);
    }

    /// Keeps what fits of verified entries; see {@link Task.Foreign}.
    List<Links.Verdict> keep(List<Task.Arrival> arrivals, Map<Slot, Long> floors)
            throws IOException, InterruptedException {
        var done = new CompletableFuture<List<Links.Verdict>>();
        committer.submit(new Task.Foreign(arrivals, floors, done));
        return await(done);
    }

    private static <T> T await(CompletableFuture<T> done) throws IOException, InterruptedException {
        try {
            return done.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException problem) {
                throw problem;
            }
            throw new IOException(failed.getCause());
        }
    }

    List<Stored> read(long from, int limit) throws IOException {
        return shelves.read(from, end, limit);
    }

    /// Waits until there is something at `from` or behind it.
    void await(long from, Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        growth.lockInterruptibly();
        try {
            while (end <= from && left > 0) {
                left = grown.awaitNanos(left);
            }
        } finally {
            growth.unlock();
        }
    }

    long end() {
        return end;
    }

    HeadTable heads() {
        return heads;
    }

    Shelves shelves() {
        return shelves;
    }

    OpEntry entry(Stored stored) {
        return EntryCodec.decode(stored.raw(), trust.hashing());
    }

    OpLog.Verification verify(OpLog.Progress progress) throws IOException {
        var faults = new ArrayList<String>();
        long[] counts = new long[2];
        long total = shelves.bytes();
        var listener =
                new Audit.Listener() {
                    @Override
                    public void sound(List<OpEntry> entries, long bytes, long until) {
                        counts[0] += entries.size();
                        counts[1] += bytes;
                        progress.report(counts[1], total);
                    }

                    @Override
                    public void fault(String sentence) {
                        if (faults.size() < OpLog.Verification.MAX_FAULTS) {
                            faults.add(sentence);
                        }
                    }
                };
        new Audit(shelves, trust, new HeadTable(), listener).run(0, end);
        return new OpLog.Verification(counts[0], counts[1], faults);
    }

    void attach(Projection projection) throws IOException {
        synchronized (projections) {
            projections.add(projection);
            projection.restore(new byte[0]);
            for (long at = 0; at < projections.applied(); ) {
                var some = shelves.read(at, projections.applied(), 1000);
                if (some.isEmpty()) {
                    return;
                }
                some.forEach(stored -> projection.apply(entry(stored)));
                at = some.getLast().position() + 1;
            }
        }
    }

    /// Ends writing, after what was asked for; leaves a snapshot, so that the next start is short.
    @Override
    public void close() throws IOException {
        var stopped = new CompletableFuture<Void>();
        committer.submit(new Task.Stop(stopped));
        stopped.join();
        try {
            snapshotWriter.join();
            if (end > snapshotAt) {
                write(snapshot());
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        } finally {
            shelves.close();
            lock.close();
        }
    }
}
