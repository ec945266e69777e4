package dev.mens.itests.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.itests.mesh.dropped.Clerk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// Logs of nodes to which all kinds of things happen while they append. `-Dmens.rounds=50` for more
/// of them, `-Dmens.seed=2` for others.
final class SharedLogTest {
    private static final int ROUNDS = Integer.getInteger("mens.rounds", 4);
    private static final long SEED = Long.getLong("mens.seed", 1);

    private final Random random = new Random(SEED);

    @TempDir Path folder;

    private enum Trouble {
        /// SIGKILL, and a start.
        KILL,
        /// A start with a clock that is an hour before or behind the others'.
        SKEW,
        /// SIGSTOP until the others notice.
        HANG,
        /// No node reaches another.
        CUT
    }

    @Test
    void logs_converge_and_nothing_acknowledged_is_lost_whatever_happens_to_nodes()
            throws Exception {
        var clerk = new DroppedBundle(Clerk.class);
        try (var mesh = new TestMesh(folder)) {
            mesh.useWires();
            var a = mesh.found("a", "--profile", "static");
            mesh.join("b", a);
            mesh.join("c", a);
            for (var node : mesh.nodes()) {
                clerk.dropInto(node);
                Await.until(Await.PATIENCE, () -> isWorking(node), working -> working);
            }
            var troubles = new ArrayList<Trouble>();
            for (int round = 0; round < ROUNDS; round++) {
                if (troubles.isEmpty()) {
                    troubles.addAll(Arrays.asList(Trouble.values()));
                    Collections.shuffle(troubles, random);
                }
                mesh.awaitAgreement();
                pass(mesh, troubles.removeLast());
            }
            mesh.awaitAgreement();
            for (var node : mesh.nodes()) {
                clerk.removeFrom(node);
                Await.until(Await.PATIENCE, () -> isWorking(node), working -> !working);
            }
            awaitOneDigest(mesh);
            lookThrough(mesh);
        }
    }

    private void pass(TestMesh mesh, Trouble trouble) throws Exception {
        var others = new ArrayList<>(mesh.nodes());
        var node = others.remove(random.nextInt(others.size()));
        switch (trouble) {
            case KILL -> {
                kill(node);
                awaitNotice(others);
                start(node);
            }
            case SKEW -> {
                kill(node);
                node.setClockAhead(Duration.ofHours(random.nextBoolean() ? 1 : -1));
                start(node);
            }
            case HANG -> {
                node.pause();
                awaitNotice(others);
                node.resume();
            }
            case CUT -> {
                mesh.cut();
                for (var each : mesh.nodes()) {
                    awaitNotice(List.of(each));
                }
                mesh.heal();
            }
        }
    }

    private static void kill(MeshNode node) throws Exception {
        node.kill();
        Files.delete(node.home().resolve(Clerk.WORKING));
    }

    private static void start(MeshNode node) throws Exception {
        node.start();
        Await.until(Await.PATIENCE, () -> isWorking(node), working -> working);
    }

    /// Until some of these nodes see nobody but each other; some may be none.
    private void awaitNotice(List<MeshNode> nodes) throws Exception {
        for (var node : nodes.subList(0, random.nextInt(nodes.size() + 1))) {
            Await.until(
                    Await.PATIENCE, node::peers, (Set<String> seen) -> seen.size() <= nodes.size());
        }
    }

    private static boolean isWorking(MeshNode node) {
        return Files.exists(node.home().resolve(Clerk.WORKING));
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

    @SuppressWarnings("SystemOut")
    private static void lookThrough(TestMesh mesh) throws Exception {
        var acknowledged = new HashSet<String>();
        for (var node : mesh.nodes()) {
            acknowledged.addAll(Files.readAllLines(node.home().resolve(Clerk.ACKNOWLEDGED)));
        }
        assertTrue(acknowledged.size() > 10 * ROUNDS, () -> acknowledged.size() + " appended");
        for (var node : mesh.nodes()) {
            var ids = new HashSet<String>();
            var kinds = new HashSet<String>();
            export(node, ids, kinds);
            assertTrue(ids.containsAll(acknowledged), () -> node.name() + " lacks some");
            assertTrue(kinds.containsAll(Set.of("peer-joined", "peer-left")), kinds::toString);
            var verified = node.json("log", "verify");
            assertEquals(0, verified.get("faults").size(), verified.toString());
            assertEquals(ids.size(), verified.get("entries").asInt());
        }
        System.out.printf(
                "%d rounds of trouble: %d entries were acknowledged, and are on every node%n",
                ROUNDS, acknowledged.size());
    }

    private static void export(MeshNode node, Set<String> ids, Set<String> kinds)
            throws IOException, InterruptedException {
        var exported = node.vox("log", "export").out();
        for (var line : exported.lines().toList()) {
            var entry = JsonMapper.shared().readTree(line);
            ids.add(entry.get("id").asString());
            kinds.add(entry.get("kind").asString());
        }
    }
}
