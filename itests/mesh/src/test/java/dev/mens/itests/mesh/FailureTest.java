package dev.mens.itests.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Peers die, hang and come back; nobody sees ghosts.
final class FailureTest {
    /// To notice that a peer hangs takes three seconds; the commands that ask take a while, too.
    private static final Duration NOTICED = Duration.ofSeconds(10);

    @TempDir Path folder;

    @Test
    void dead_and_hanging_peers_leave_and_restarted_ones_replace_themselves() throws Exception {
        try (var mesh = new TestMesh(folder)) {
            var a = mesh.found("a", "--profile", "static");
            var b = mesh.join("b", a);
            var c =
                    mesh.add(
                            MeshNode.start(
                                    folder,
                                    "c",
                                    java.util.List.of(),
                                    "-Dmens.test.clock.skew=PT1H"));
            mesh.join(c, a);
            mesh.awaitAgreement(Await.PATIENCE, a, b, c);
            b.kill();
            sees(NOTICED, a, Set.of("a", "c"));
            b.start();
            mesh.awaitAgreement(Await.PATIENCE, a, b, c);
            a.kill();
            a.start();
            mesh.awaitAgreement(Await.PATIENCE, a, b, c);
            c.pause();
            sees(NOTICED, a, Set.of("a", "b"));
            c.resume();
            mesh.awaitAgreement(Await.PATIENCE, a, b, c);
            assertEquals(1, badFindings(a, "mesh: clock"));
        }
    }

    private static void sees(Duration within, MeshNode node, Set<String> expected)
            throws Exception {
        Await.until(within, node::peers, (Set<String> seen) -> seen.equals(expected));
    }

    private static int badFindings(MeshNode node, String what) throws Exception {
        var result = node.vox("doctor", "--json");
        int bad = 0;
        var report = tools.jackson.databind.json.JsonMapper.shared().readTree(result.out());
        for (var check : report.get("checks")) {
            boolean counts =
                    check.get("what").asString().equals(what)
                            && check.get("status").asString().equals("BAD");
            bad += counts ? 1 : 0;
        }
        return bad;
    }
}
