package dev.mens.oplog.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.crypto.hashes.Hashes;
import dev.mens.oplog.OpLog;
import dev.mens.oplog.entry.EntryCodec;
import dev.mens.oplog.entry.RawEntry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills processes that append, and cuts files at every byte.
final class KilledAppendTest {
    private static final int KILLS = Integer.getInteger("mens.kills", 6);
    private static final int ID_DIGITS = 64;

    @TempDir Path folder;

    @Test
    void a_kill_at_any_moment_loses_nothing_acknowledged() throws Exception {
        var home = folder.resolve("home");
        var random = new Random(6);
        var acknowledged = new HashSet<String>();
        for (int kill = 0; kill < KILLS; kill++) {
            acknowledged.addAll(runAndKill(home, random.nextInt(1, 60), random.nextLong()));
            try (var node = new LogNode(home)) {
                assertEquals(List.of(), node.log.verify((_, _) -> {}).faults(), "kill " + kill);
                var present = new HashSet<String>();
                node.all().forEach(entry -> present.add(entry.id().toString()));
                assertTrue(present.containsAll(acknowledged), "lost entries at kill " + kill);
            }
        }
        assertTrue(acknowledged.size() > KILLS, "hardly anything was appended");
    }

    /// Starts {@link LogVictim}, waits for so many lines, kills it.
    private List<String> runAndKill(Path home, int lines, long seed)
            throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process =
                new ProcessBuilder(
                                java,
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                LogVictim.class.getName(),
                                home.toString(),
                                Long.toString(seed))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (var out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            var ids = new ArrayList<String>();
            for (int i = 0; i < lines; i++) {
                ids.add(out.readLine());
            }
            // Not through the process itself, which would also close the pipe.
            process.toHandle().destroyForcibly();
            process.waitFor();
            out.lines().filter(line -> line.length() == ID_DIGITS).forEach(ids::add);
            return ids;
        }
    }

    @Test
    void a_segment_that_was_cut_at_any_byte_keeps_the_entries_before_the_cut() throws Exception {
        try (var node = new LogNode(folder)) {
            node.log.append(Ops.kudos(0, 2));
        }
        var segment = folder.resolve("oplog/lasting/%016x.seg".formatted(0));
        var ends = ends();
        var whole = Files.readAllBytes(segment);
        for (int cut = ends.get(1); cut <= ends.getLast(); cut++) {
            var torn = Arrays.copyOf(Arrays.copyOf(whole, cut), whole.length);
            Files.write(segment, torn);
            int kept = 0;
            while (kept + 1 < ends.size() && ends.get(kept + 1) <= cut) {
                kept++;
            }
            checkTorn(kept, cut);
        }
    }

    private void checkTorn(int kept, int cut) throws Exception {
        try (var shelves = Shelves.open(folder.resolve("oplog"), new Hashes())) {
            shelves.wipe();
            assertEquals(kept, shelves.read(0, 9, 9).size(), "cut at " + cut);
        }
        // What was cut off is wiped, so a second opening sees the same.
        try (var shelves = Shelves.open(folder.resolve("oplog"), new Hashes())) {
            assertEquals(kept, shelves.end(), "cut at " + cut);
        }
    }

    /// Where each record ends; the first is where the header ends.
    private List<Integer> ends() throws IOException {
        var ends = new ArrayList<>(List.of(32));
        try (var node = new LogNode(folder)) {
            for (OpLog.Placed placed : node.log.read(0, 10)) {
                var e = placed.entry();
                var body = EntryCodec.encode(e.author(), e.sequence(), e.at(), e.parents(), e.op());
                var raw = new RawEntry(body, e.signature());
                ends.add(ends.getLast() + 80 + raw.body().length);
            }
        }
        return ends;
    }
}
