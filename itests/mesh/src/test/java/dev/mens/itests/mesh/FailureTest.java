package dev.mens.itests.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Peers die, hang and come back; nobody sees ghosts.
final class FailureTest {
    /// To notice that a peer hangs takes three seconds, and the commands that ask take a while; but
    /// if it was the coordinator, those that are left can part, and then merge again.
    private static final Duration NOTICED = Duration.ofSeconds(40);

    /// Time to dial a peer that hangs, which fails after five seconds, and then to miss heartbeats.
    private static final Duration HANGING = Duration.ofSeconds(12);

    @TempDir Path folder;

    @Test
    void dead_and_hanging_peers_leave_and_restarted_ones_replace_themselves() throws Exception {
        try (var mesh = new TestMesh(folder)) {
            var a = mesh.found("a", "--profile", "static");
            var b = mesh.join("b", a);
            var c = mesh.join("c", a);
            mesh.awaitAgreement();
            b.kill();
            a.awaitPeers(NOTICED, Set.of("a", "c"));
            b.start();
            mesh.awaitAgreement();
            a.kill();
            a.start();
            mesh.awaitAgreement();
            c.pause();
            a.awaitPeers(NOTICED, Set.of("a", "b"));
            long noticed = System.nanoTime();
            Await.until(
                    Await.PATIENCE, a::peers, _ -> System.nanoTime() - noticed > HANGING.toNanos());
            for (var left : List.of(a, b)) {
                left.awaitPeers(NOTICED, Set.of("a", "b"));
            }
            c.resume();
            mesh.awaitAgreement();
            c.kill();
            c.setClockAhead(Duration.ofHours(1));
            c.start();
            mesh.awaitAgreement();
            assertEquals(Set.of("clock"), a.troubles().keySet());
        }
    }
}
