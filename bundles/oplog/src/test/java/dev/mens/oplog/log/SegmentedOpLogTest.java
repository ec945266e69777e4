package dev.mens.oplog.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.diagnostics.ProblemException;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.OpLog;
import dev.mens.oplog.OpLogProblem;
import dev.mens.oplog.Projection;
import dev.mens.oplog.Retention;
import dev.mens.oplog.entry.EntryCodec;
import dev.mens.oplog.entry.RawEntry;
import dev.mens.storage.Cbor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SegmentedOpLogTest {
    private static final int TWO_SEGMENTS = 5000;
    private static final int SHARDS = 600;

    @TempDir Path home;

    @Test
    void a_node_that_never_uses_its_log_writes_nothing() throws Exception {
        try (var node = new LogNode(home)) {
            assertFalse(Files.exists(node.folder()));
        }
    }

    @Test
    void what_was_appended_is_there_after_a_restart() throws Exception {
        List<OpEntry> entries;
        byte[] digest;
        try (var node = new LogNode(home)) {
            entries = node.log.append(Ops.all());
            digest = node.log.digest();
        }
        try (var node = new LogNode(home)) {
            assertEquals(entries, node.all());
            assertEquals(Ops.all(), node.all().stream().map(OpEntry::op).toList());
            assertArrayEquals(digest, node.log.digest());
            assertEquals(List.of(), node.log.verify((_, _) -> {}).faults());
            var last = entries.getLast();
            assertEquals(List.of(last), node.log.find(last.id().shortHex(), 5));
        }
    }

    @Test
    void entries_name_the_one_before_them_and_count_each_class_apart() throws Exception {
        try (var node = new LogNode(home)) {
            var ops = List.of(Ops.kudos(1), Ops.shard(1), Ops.kudos(2), Ops.shard(2));
            var entries = node.log.append(ops);
            assertEquals(List.of(0L, 0L, 1L, 1L), entries.stream().map(OpEntry::sequence).toList());
            assertEquals(List.of(entries.get(0).id()), entries.get(2).parents());
            assertEquals(entries.get(1).id(), entries.get(3).parents().getFirst());
            assertTrue(
                    node.trust
                            .verifier()
                            .verify(
                                    entries.get(3).author(),
                                    body(node, 3),
                                    entries.get(3).signature()));
        }
    }

    @Test
    void appends_that_run_at_once_are_all_kept_once() throws Exception {
        try (var node = new LogNode(home);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Callable<OpEntry>>();
            for (int i = 0; i < 200; i++) {
                int number = i;
                calls.add(() -> node.log.append(Ops.kudos(number)));
            }
            var ids = new HashSet<>();
            for (var done : threads.invokeAll(calls)) {
                ids.add(done.get().id());
            }
            assertEquals(200, ids.size());
            assertEquals(200, node.log.status().entries());
            assertEquals(List.of(), node.log.verify((_, _) -> {}).faults());
        }
    }

    @Test
    void full_segments_are_read_and_searched_as_the_one_being_written() throws Exception {
        List<OpEntry> entries;
        try (var node = new LogNode(home)) {
            entries = node.log.append(Collections.nCopies(TWO_SEGMENTS, Ops.large()));
            assertEquals(2, segments("lasting").size());
            check(node, entries);
        }
        try (var node = new LogNode(home)) {
            check(node, entries);
        }
        for (var file : files("lasting", ".idx")) {
            Files.delete(file);
        }
        try (var node = new LogNode(home)) {
            check(node, entries);
            assertFalse(files("lasting", ".idx").isEmpty(), "the index was not written again");
        }
    }

    private void check(LogNode node, List<OpEntry> entries) throws IOException {
        for (int i = 0; i < entries.size(); i += 97) {
            var entry = entries.get(i);
            assertEquals(List.of(new OpLog.Placed(i, entry)), node.log.read(i, 1));
            assertEquals(List.of(entry), node.log.find(entry.id().toString(), 2));
        }
        assertEquals(entries.size(), node.log.end());
        assertTrue(node.log.find("a", 100_000).size() > entries.size() / 20);
    }

    @Test
    void a_log_without_its_snapshots_opens_with_the_same_state() throws Exception {
        double reputation;
        byte[] digest;
        try (var node = new LogNode(home)) {
            node.log.append(Ops.kudos(0, 50));
            reputation = new KeptLedger(node.log).reputation(Ops.key(1));
            digest = node.log.digest();
        }
        try (var snapshots = Files.list(home.resolve("oplog/snapshots"))) {
            for (var snapshot : snapshots.toList()) {
                Files.delete(snapshot);
            }
        }
        try (var node = new LogNode(home)) {
            assertEquals(reputation, new KeptLedger(node.log).reputation(Ops.key(1)));
            assertArrayEquals(digest, node.log.digest());
        }
    }

    @Test
    void a_log_that_lost_what_was_once_verified_does_not_open_and_keeps_the_rest()
            throws Exception {
        try (var node = new LogNode(home)) {
            node.log.append(Ops.kudos(0, 100));
        }
        var segment = segments("lasting").getFirst();
        var sound = Files.readAllBytes(segment);
        try (var file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(2000);
            int old = file.read();
            file.seek(2000);
            file.write(old ^ 1);
        }
        try (var node = new LogNode(home)) {
            var problem = assertThrows(ProblemException.class, node.log::end);
            assertEquals(OpLogProblem.DAMAGED, problem.problem());
        }
        assertEquals(2000, Arrays.mismatch(sound, Files.readAllBytes(segment)));
        Files.write(segment, sound);
        try (var node = new LogNode(home)) {
            assertEquals(100, node.log.end());
        }
    }

    @Test
    void a_second_process_may_not_write_the_same_log() throws Exception {
        try (var first = new LogNode(home);
                var second = new LogNode(home)) {
            first.log.append(Ops.kudos(1));
            var problem = assertThrows(ProblemException.class, second.log::end);
            assertEquals(OpLogProblem.IN_USE, problem.problem());
        }
    }

    @Test
    void who_follows_the_log_is_woken_by_an_append() throws Exception {
        try (var node = new LogNode(home);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertEquals(List.of(), node.log.await(0, 10, Duration.ZERO));
            var waiting = threads.submit(() -> node.log.await(0, 10, Duration.ofMinutes(1)));
            var entry = node.log.append(Ops.kudos(1));
            assertEquals(List.of(new OpLog.Placed(0, entry)), waiting.get());
        }
    }

    @Test
    void a_reader_that_is_interrupted_harms_nobody() throws Exception {
        try (var node = new LogNode(home)) {
            node.log.append(Ops.kudos(0, 10));
            Thread.currentThread().interrupt();
            assertEquals(10, node.log.read(0, 100).size());
            assertThrows(InterruptedException.class, () -> node.log.append(Ops.kudos(11)));
            assertFalse(Thread.interrupted());
            assertTrue(node.log.append(Ops.kudos(12)).sequence() >= 10);
        }
    }

    @Test
    void old_gradient_shards_go_and_everything_else_stays() throws Exception {
        try (var node = new LogNode(home)) {
            node.log.append(Ops.kudos(0, 10));
            node.log.append(Collections.nCopies(SHARDS, Ops.largeOfTraining()));
        }
        assertEquals(2, segments("training").size());
        var old = FileTime.from(Instant.now().minus(Duration.ofDays(31)));
        Files.setLastModifiedTime(segments("training").getFirst(), old);
        try (var node = new LogNode(home)) {
            node.log.append(Ops.kudos(10, 10 + Journal.SNAPSHOT_EVERY));
            assertEquals(1, segments("training").size());
            var self = node.trust.signer().publicKey();
            var reach = node.log.reaches().get(new Slot(self, Retention.TRAINING));
            assertEquals(SHARDS, reach.next());
            assertTrue(reach.floor() > 0 && reach.floor() < SHARDS);
            assertEquals(List.of(), node.log.verify((_, _) -> {}).faults());
            assertEquals(
                    10 + Journal.SNAPSHOT_EVERY,
                    node.log.reaches().get(new Slot(self, Retention.LASTING)).next());
        }
    }

    @Test
    void the_export_is_a_sequence_of_signed_entries() throws Exception {
        try (var node = new LogNode(home)) {
            var entries = node.log.append(Ops.all());
            var out = new ByteArrayOutputStream();
            node.log.export(out);
            var expected = new ByteArrayOutputStream();
            for (int i = 0; i < entries.size(); i++) {
                var raw = new RawEntry(body(node, i), entries.get(i).signature());
                expected.writeBytes(raw.encode());
                var decoded = Cbor.decode(raw.encode(), OpLogProblem.MALFORMED);
                assertArrayEquals(raw.body(), RawEntry.of(decoded).body());
            }
            assertArrayEquals(expected.toByteArray(), out.toByteArray());
        }
    }

    @Test
    void a_projection_that_comes_late_sees_all_entries_once() throws Exception {
        try (var node = new LogNode(home)) {
            node.log.append(Ops.kudos(0, 5));
            var counting = new Counting();
            try (var _ = node.log.attach(counting)) {
                node.log.append(Ops.kudos(5, 8));
                assertEquals(8, counting.count);
                assertThrows(ProblemException.class, () -> node.log.attach(new Counting()));
            }
            node.log.append(Ops.kudos(8));
            assertEquals(8, counting.count);
        }
    }

    private static final class Counting implements Projection {
        private int count;

        @Override
        public String name() {
            return "counting";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public void apply(OpEntry entry) {
            count++;
        }

        @Override
        public byte[] snapshot() {
            return Cbor.encode((long) count);
        }

        @Override
        public void restore(byte[] snapshot) {
            count = 0;
        }
    }

    private static byte[] body(LogNode node, int position) throws IOException {
        var e = node.log.read(position, 1).getFirst().entry();
        return EntryCodec.encode(e.author(), e.sequence(), e.at(), e.parents(), e.op());
    }

    private List<Path> segments(String retention) throws IOException {
        return files(retention, ".seg");
    }

    private List<Path> files(String retention, String ending) throws IOException {
        try (var files = Files.list(home.resolve("oplog").resolve(retention))) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }
}
