package dev.mens.oplog.log;

import dev.mens.crypto.PublicKey;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.OpLogProblem;
import dev.mens.oplog.segment.Lane;
import dev.mens.oplog.segment.Stored;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread that writes. It takes all tasks that are waiting, and writes and syncs their
/// entries together; so the slower the disk, the larger the batches. A platform thread of its own,
/// because a writer that is interrupted would close the file for all.
final class Committer {
    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
    private static final int MAX_ENTRIES = 8192;

    /// About what it takes until threads that sleep run again.
    private static final long LINGER_NANOS = 100_000;

    private final Trust trust;
    private final HeadTable heads;
    private final Shelves shelves;
    private final PublicKey self;
    private final Clock clock;
    private final Sink sink;
    private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    private long end;
    private volatile boolean stopped;
    private volatile Optional<Exception> failure = Optional.empty();

    /// Told what is on the disk, in order, before those who asked for it are.
    @FunctionalInterface
    interface Sink {
        void written(List<OpEntry> entries, long end) throws IOException;
    }

    Committer(Trust trust, HeadTable heads, Shelves shelves, Clock clock, long end, Sink sink)
            throws IOException {
        this.trust = trust;
        this.heads = heads;
        this.shelves = shelves;
        this.self = trust.signer().publicKey();
        this.clock = clock;
        this.end = end;
        this.sink = sink;
        Thread.ofPlatform().daemon().name("oplog").start(this::run);
    }

    /// The task is completed when its entries are on the disk.
    void submit(Task task) {
        tasks.add(task);
        if (stopped) {
            failRest();
        }
    }

    /// Nobody takes what is asked for from now on.
    private void failRest() {
        var rest = new ArrayList<Task>();
        tasks.drainTo(rest);
        fail(rest, new IOException("the node is stopping"));
    }

    private void run() {
        try {
            for (; ; ) {
                var batch = new ArrayList<Task>();
                batch.add(next());
                drain(batch);
                if (!commit(batch)) {
                    stopped = true;
                    failRest();
                    return;
                }
            }
        } catch (InterruptedException nobodyDoes) {
            throw new AssertionError(nobodyDoes);
        }
    }

    /// Who appends one by one comes again at once, sooner than a thread that sleeps wakes up.
    private Task next() throws InterruptedException {
        long until = System.nanoTime() + LINGER_NANOS;
        while (System.nanoTime() < until) {
            var task = tasks.poll();
            if (task != null) {
                return task;
            }
            Thread.onSpinWait();
        }
        return tasks.take();
    }

    private void drain(List<Task> batch) {
        int entries = entries(batch.getFirst());
        while (entries < MAX_ENTRIES) {
            var next = tasks.poll();
            if (next == null) {
                return;
            }
            batch.add(next);
            entries += entries(next);
        }
    }

    private static int entries(Task task) {
        return switch (task) {
            case Task.Own own -> own.ops().size();
            case Task.Foreign foreign -> foreign.arrivals().size();
            case Task.Stop _ -> 0;
        };
    }

    /// @return false if this was the last batch
    private boolean commit(List<Task> taken) {
        if (failure.isPresent()) {
            fail(taken, failure.get());
        } else {
            try {
                write(taken);
            } catch (IOException | RuntimeException broken) {
                LOG.error("The op-log takes no more entries", broken);
                // What a failed sync left on the disk is unknown until the log is opened again.
                failure = Optional.of(broken);
                fail(taken, broken);
            }
        }
        var stop = taken.stream().filter(Task.Stop.class::isInstance).findFirst();
        stop.ifPresent(task -> ((Task.Stop) task).done().complete(null));
        return stop.isEmpty();
    }

    private static void fail(List<Task> taken, Exception why) {
        for (var task : taken) {
            if (!(task instanceof Task.Stop)) {
                var problem = OpLogProblem.CLOSED.because(why, String.valueOf(why.getMessage()));
                task.done().completeExceptionally(problem);
            }
        }
    }

    private void write(List<Task> taken) throws IOException {
        var links = new Links(heads, shelves, trust.hashing());
        var now = Instant.now(clock).truncatedTo(ChronoUnit.MILLIS);
        var batch = new Batch(trust, links, heads.tips(), self, now);
        var answers = new ArrayList<Answer>();
        for (var task : taken) {
            switch (task) {
                case Task.Own own -> own(own, batch, answers);
                case Task.Foreign foreign -> foreign(foreign, batch, answers);
                case Task.Stop _ -> {}
            }
        }
        var signed = batch.signed();
        if (!signed.isEmpty()) {
            store(signed);
        }
        answers.forEach(answer -> answer.give(signed));
    }

    /// Completes a task, given all entries of the batch.
    @FunctionalInterface
    private interface Answer {
        void give(List<Task.Arrival> signed);
    }

    private static void own(Task.Own own, Batch batch, List<Answer> answers) {
        int from = batch.size();
        own.ops().forEach(batch::add);
        int to = batch.size();
        answers.add(
                signed ->
                        own.done()
                                .complete(
                                        signed.subList(from, to).stream()
                                                .map(Task.Arrival::entry)
                                                .toList()));
    }

    private static void foreign(Task.Foreign foreign, Batch batch, List<Answer> answers)
            throws IOException {
        var verdicts = new ArrayList<Links.Verdict>();
        for (var arrival : foreign.arrivals()) {
            var slot = Slot.of(arrival.entry());
            verdicts.add(batch.add(arrival, foreign.floors().getOrDefault(slot, 0L)));
        }
        answers.add(_ -> foreign.done().complete(verdicts));
    }

    private void store(List<Task.Arrival> signed) throws IOException {
        var pending = new ArrayList<Lane.Pending>(signed.size());
        for (var arrival : signed) {
            pending.add(new Lane.Pending(new Stored(end, arrival.raw()), arrival.entry()));
            end++;
        }
        shelves.append(pending);
        var entries = signed.stream().map(Task.Arrival::entry).toList();
        entries.forEach(heads::advance);
        sink.written(entries, end);
    }
}
