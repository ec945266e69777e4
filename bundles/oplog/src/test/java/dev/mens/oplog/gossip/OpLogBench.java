package dev.mens.oplog.gossip;

import dev.mens.oplog.log.LogLoad;
import dev.mens.oplog.log.LogNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Figures of the op-log beside what bounds them, in the same run. Not among the tests; run it with
/// `./mvnw -o -pl bundles/oplog test -Dtest=OpLogBench -Dmens.entries=1000000`.
final class OpLogBench {
    private static final int ENTRIES = Integer.getInteger("mens.entries", 100_000);

    /// One meeting is waited for, however long it takes.
    private static final Pace PATIENT =
            new Pace(1, 1, Duration.ZERO, Duration.ofHours(1), Duration.ZERO);

    @TempDir Path folder;

    @Test
    void figures() throws Exception {
        var home = folder.resolve("full");
        LogLoad.warmUp(folder.resolve("warm"));
        LogLoad.batched(home, ENTRIES);
        LogLoad.oneByOne(home, 20);
        LogLoad.verification(home);
        LogLoad.start(home);
        gossip(home);
    }

    private void gossip(Path home) throws IOException, InterruptedException {
        var network = new Network();
        try (var full = new LogNode(home);
                var empty = new LogNode(folder.resolve("empty"))) {
            full.log.end();
            empty.log.end();
            var a = network.join(full.trust.signer().publicKey());
            var b = network.join(empty.trust.signer().publicKey());
            a.serve(new Gossip(full.log, a, a, Pace.USUAL, new Random(1), System::nanoTime));
            var gossip = new Gossip(empty.log, b, b, PATIENT, new Random(1), System::nanoTime);
            long begun = System.nanoTime();
            gossip.round(1);
            double seconds = (System.nanoTime() - begun) / 1e9;
            long bytes = empty.log.status().bytes();
            if (!Arrays.equals(full.log.digest(), empty.log.digest())) {
                throw new AssertionError("the logs differ");
            }
            LogLoad.print("an empty peer is brought up at %.1f MB/s", bytes / seconds / 1e6);
            LogLoad.print("  %.0f entries/s", empty.log.status().entries() / seconds);
        }
    }
}
