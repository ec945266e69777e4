package dev.mens.itests.mesh;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What others on the network can do: listen, and cut.
final class WireTest {
    private static final Duration NOTICED = Duration.ofSeconds(10);

    @TempDir Path folder;

    @Test
    void nothing_is_legible_and_halves_of_a_split_mesh_become_one_again() throws Exception {
        int portOfA = MeshNode.freePort();
        int portOfB = MeshNode.freePort();
        try (var toA = new Wire(portOfA);
                var toB = new Wire(portOfB);
                var mesh = new TestMesh(folder)) {
            var a = mesh.add(MeshNode.start(folder, "alice-the-node"));
            a.json(
                    "mesh",
                    "up",
                    "--profile",
                    "static",
                    "--name",
                    "secret-society",
                    "--node",
                    a.name(),
                    "--bind",
                    "127.0.0.1:" + portOfA,
                    "--advertise",
                    toA.address());
            var b = mesh.add(MeshNode.start(folder, "bob-the-node"));
            b.json(
                    "mesh",
                    "join",
                    a.invite(),
                    "--node",
                    b.name(),
                    "--bind",
                    "127.0.0.1:" + portOfB,
                    "--advertise",
                    toB.address());
            mesh.awaitAgreement(Await.PATIENCE, a, b);
            isIllegible(toA.recorded() + toB.recorded());
            toA.cut();
            toB.cut();
            sees(NOTICED, a, Set.of(a.name()));
            sees(NOTICED, b, Set.of(b.name()));
            a.json("mesh", "allow", "--name", "friend-of-alice", "aa".repeat(32));
            b.json("mesh", "allow", "--name", "friend-of-bob", "bb".repeat(32));
            toA.heal();
            toB.heal();
            mesh.awaitAgreement(Await.PATIENCE, a, b);
            knows(a, "friend-of-bob");
            knows(b, "friend-of-alice");
            isIllegible(toA.recorded() + toB.recorded());
        }
    }

    private static void isIllegible(String recorded) {
        assertTrue(recorded.length() > 1000, "nothing has passed");
        for (var word : Set.of("secret-society", "the-node", "mens mesh", "friend-of")) {
            assertFalse(recorded.contains(word), word);
        }
    }

    private static void sees(Duration within, MeshNode node, Set<String> expected)
            throws Exception {
        Await.until(within, node::peers, (Set<String> seen) -> seen.equals(expected));
    }

    private static void knows(MeshNode node, String name) throws Exception {
        Await.until(
                Await.PATIENCE,
                () -> {
                    var names = new TreeSet<String>();
                    node.json("mesh", "peers", "--all")
                            .forEach(peer -> names.add(peer.get("name").asString()));
                    return names;
                },
                names -> names.contains(name));
    }
}
