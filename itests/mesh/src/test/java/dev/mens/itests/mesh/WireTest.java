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
        try (var mesh = new TestMesh(folder)) {
            mesh.useWires();
            var a = mesh.found("alice-the-node", "--profile", "static", "--name", "secret-society");
            var b = mesh.join("bob-the-node", a);
            mesh.awaitAgreement();
            isIllegible(mesh.recorded());
            mesh.cut();
            a.awaitPeers(NOTICED, Set.of(a.name()));
            b.awaitPeers(NOTICED, Set.of(b.name()));
            a.json("mesh", "allow", "--name", "friend-of-alice", "aa".repeat(32));
            b.json("mesh", "allow", "--name", "friend-of-bob", "bb".repeat(32));
            mesh.heal();
            mesh.awaitAgreement();
            knows(a, "friend-of-bob");
            knows(b, "friend-of-alice");
            isIllegible(mesh.recorded());
        }
    }

    private static void isIllegible(String recorded) {
        assertTrue(recorded.length() > 1000, "nothing has passed");
        for (var word :
                Set.of(
                        "secret-society",
                        "the-node",
                        "mens mesh",
                        "friend-of",
                        "peer-joined",
                        "oplog/1")) {
            assertFalse(recorded.contains(word), word);
        }
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
