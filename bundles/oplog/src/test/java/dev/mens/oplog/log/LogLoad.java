package dev.mens.oplog.log;

import dev.mens.oplog.entry.EntryCodec;
import dev.mens.oplog.entry.RawEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/// Loads of a log, timed beside what bounds them.
public final class LogLoad {
    private static final int BATCH = 1000;
    private static final int WRITERS = 4;
    private static final int SAMPLE = 20_000;
    private static final int RECORD_BYTES = 330;
    private static final int RUN = 100;

    private LogLoad() {}

    @SuppressWarnings("SystemOut")
    public static void print(String format, Object... values) {
        System.out.printf(format + "%n", values);
    }

    public static void warmUp(Path home) throws Exception {
        batched(home, 2 * SAMPLE);
        verification(home);
    }

    /// Appends in batches from several threads, and all-core signing before and after.
    public static void batched(Path home, int entries) throws Exception {
        try (var node = new LogNode(home);
                var threads = Executors.newFixedThreadPool(WRITERS)) {
            double before = signing(node);
            var calls = new ArrayList<Callable<Object>>();
            for (int i = 0; i < entries; i += BATCH) {
                int from = i;
                calls.add(() -> node.log.append(Ops.kudos(from, from + BATCH)));
            }
            long begun = System.nanoTime();
            for (var done : threads.invokeAll(calls)) {
                done.get();
            }
            double rate = entries / seconds(begun);
            double signing = (before + signing(node)) / 2;
            print(
                    "batched: %.0f entries/s; signing alone %.0f/s; ratio %.2f",
                    rate, signing, rate / signing);
        }
    }

    private static double signing(LogNode node) throws IOException {
        var bodies = Collections.nCopies(SAMPLE, new byte[RECORD_BYTES - 80]);
        long begun = System.nanoTime();
        Signatures.sign(bodies, node.trust.signer());
        return SAMPLE / seconds(begun);
    }

    /// Runs of single appends and of single synced writes of as many bytes, in turns.
    public static void oneByOne(Path home, int runs) throws Exception {
        double appending = 0;
        double syncing = 0;
        try (var node = new LogNode(home);
                var probe =
                        FileChannel.open(
                                home.resolve("probe"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE)) {
            for (int run = 0; run < runs; run++) {
                long begun = System.nanoTime();
                for (int i = 0; i < RUN; i++) {
                    node.log.append(Ops.kudos(i));
                }
                appending += seconds(begun);
                begun = System.nanoTime();
                for (int i = 0; i < RUN; i++) {
                    probe.write(ByteBuffer.allocate(RECORD_BYTES));
                    probe.force(false);
                }
                syncing += seconds(begun);
            }
        }
        int count = runs * RUN;
        print(
                "one by one: %.0f entries/s; fdatasync of as many bytes %.0f/s; ratio %.2f",
                count / appending, count / syncing, syncing / appending);
    }

    /// `verify` of the whole log, and all-core verification of a sample before and after.
    public static void verification(Path home) throws Exception {
        try (var node = new LogNode(home)) {
            var sample = sample(node);
            double before = verifying(node, sample);
            long begun = System.nanoTime();
            var result = node.log.verify((_, _) -> {});
            double rate = result.entries() / seconds(begun);
            double verifying = (before + verifying(node, sample)) / 2;
            if (!result.faults().isEmpty()) {
                throw new AssertionError(result.faults());
            }
            print(
                    "verify: %.0f entries/s of %d; signatures alone %.0f/s; ratio %.2f",
                    rate, result.entries(), verifying, rate / verifying);
        }
    }

    private static List<Task.Arrival> sample(LogNode node) throws IOException {
        var sample = new ArrayList<Task.Arrival>();
        for (var e : node.all().subList(0, SAMPLE)) {
            var body = EntryCodec.encode(e.author(), e.sequence(), e.at(), e.parents(), e.op());
            sample.add(new Task.Arrival(e, new RawEntry(body, e.signature())));
        }
        return sample;
    }

    private static double verifying(LogNode node, List<Task.Arrival> sample) {
        long begun = System.nanoTime();
        Signatures.verify(sample, node.trust.verifier());
        return sample.size() / seconds(begun);
    }

    /// Opening with a snapshot that {@link Journal#SNAPSHOT_EVERY} entries followed, as a crash
    /// leaves it: all those behind it are verified.
    public static void start(Path home) throws Exception {
        var snapshots = home.resolve("oplog/snapshots");
        var newest = names(snapshots).getLast();
        var kept = Files.readAllBytes(snapshots.resolve(newest));
        try (var node = new LogNode(home)) {
            node.log.append(Ops.kudos(0, Journal.SNAPSHOT_EVERY));
        }
        for (var name : names(snapshots)) {
            Files.delete(snapshots.resolve(name));
        }
        Files.write(snapshots.resolve(newest), kept);
        try (var node = new LogNode(home)) {
            long begun = System.nanoTime();
            long end = node.log.end();
            double seconds = seconds(begun);
            System.gc();
            var runtime = Runtime.getRuntime();
            print(
                    "start: %.2f s with %d entries, %d of them verified; heap %d MB",
                    seconds,
                    end,
                    end - Long.parseLong(newest, 16),
                    runtime.totalMemory() - runtime.freeMemory() >> 20);
        }
    }

    private static List<String> names(Path snapshots) throws IOException {
        try (var files = Files.list(snapshots)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static double seconds(long begun) {
        return (System.nanoTime() - begun) / 1e9;
    }
}
