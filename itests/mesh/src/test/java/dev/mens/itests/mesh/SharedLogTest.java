package dev.mens.itests.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Logs of nodes that die, come back and were apart.
@Timeout(300)
final class SharedLogTest {
    @TempDir Path folder;

    @Test
    void logs_converge_and_nothing_acknowledged_is_lost_when_nodes_die() throws Exception {
        try (var mesh = new TestMesh(folder)) {
            var a = mesh.found("a", "--profile", "static");
            var b = mesh.join("b", a);
            var c = mesh.join("c", a);
            mesh.awaitAgreement(Await.PATIENCE, a, b, c);
            // The first listing imports the model that ships, which is an entry.
            c.json("model", "ls");
            var acknowledged = ids(c);
            c.kill();
            awaitKinds(a, Set.of("peer-joined", "peer-left"));
            b.json("model", "ls");
            acknowledged.addAll(ids(b));
            b.pause();
            a.json("model", "ls");
            acknowledged.addAll(ids(a));
            b.resume();
            c.start();
            mesh.awaitAgreement(Await.PATIENCE, a, b, c);
            for (var node : mesh.nodes()) {
                Await.until(
                        Await.PATIENCE, () -> ids(node).containsAll(acknowledged), found -> found);
                awaitKinds(node, Set.of("bundle-imported", "peer-joined", "peer-left"));
            }
            awaitOneDigest(mesh);
            for (var node : mesh.nodes()) {
                var verified = node.json("log", "verify");
                assertEquals(0, verified.get("faults").size(), verified.toString());
                assertTrue(verified.get("entries").asInt() >= acknowledged.size());
            }
        }
    }

    private static void awaitOneDigest(TestMesh mesh) throws Exception {
        Await.until(
                Await.PATIENCE,
                () -> {
                    var digests = new TreeSet<String>();
                    for (var node : mesh.nodes()) {
                        digests.add(node.json("log", "status").get("digest").asString());
                    }
                    return digests;
                },
                digests -> digests.size() == 1);
    }

    private static void awaitKinds(MeshNode node, Set<String> expected) throws Exception {
        Await.until(Await.PATIENCE, () -> column(node, "kind"), seen -> seen.containsAll(expected));
    }

    private static Set<String> ids(MeshNode node) throws Exception {
        return column(node, "id");
    }

    private static Set<String> column(MeshNode node, String name) throws Exception {
        var values = new TreeSet<String>();
        for (var row : node.json("log", "ls", "-n", "1000")) {
            values.add(row.get(name).asString());
        }
        return values;
    }
}
