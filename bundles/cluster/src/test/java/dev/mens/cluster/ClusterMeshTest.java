package dev.mens.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.cluster.facts.SharedInventory;
import dev.mens.cluster.links.PeerStreams;
import dev.mens.content.ContentId;
import dev.mens.crypto.hashes.Hashes;
import dev.mens.crypto.identity.Ed25519Verifier;
import dev.mens.crypto.tls.ChaChaSealing;
import dev.mens.crypto.tls.SelfSignedCertificate;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Discovery;
import dev.mens.mesh.Endpoint;
import dev.mens.mesh.Inventory.Holding;
import dev.mens.mesh.Inventory.Load;
import dev.mens.mesh.InventoryListener;
import dev.mens.mesh.Link;
import dev.mens.mesh.LinkProtocol;
import dev.mens.mesh.Mesh;
import dev.mens.mesh.MeshProblem;
import dev.mens.mesh.MeshSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two nodes in one JVM; what separate JVMs do is in itests/mesh.
final class ClusterMeshTest {
    private static final Endpoint ANY_PORT = new Endpoint("127.0.0.1", 0);
    private static final ContentId BUNDLE = new ContentId(new byte[64]);

    @TempDir Path folder;

    private Node a;
    private Node b;

    /// A node without OSGi around it.
    private final class Node {
        private final TestIdentity identity = new TestIdentity();
        private final PeerStreams streams = new PeerStreams();
        private final SharedInventory inventory;
        private final Parts parts;
        private final ClusterMesh mesh;

        Node(String name) {
            var hashes = new Hashes();
            var verifier = new Ed25519Verifier();
            inventory = new SharedInventory(identity, verifier, hashes);
            parts =
                    new Parts(
                            hashes,
                            identity,
                            verifier,
                            new ChaChaSealing(),
                            new SelfSignedCertificate(identity, verifier),
                            streams,
                            inventory,
                            Clock.systemUTC(),
                            "1.2.3");
            mesh = new ClusterMesh(folder.resolve(name), false, parts);
        }
    }

    @BeforeEach
    void formMesh() throws Exception {
        a = new Node("a");
        b = new Node("b");
        a.mesh.up(settings(new Discovery.StaticHosts(List.of()), ANY_PORT));
        var token = a.mesh.invite(Duration.ofHours(1)).token();
        b.mesh.join(token, "b", ANY_PORT, Optional.empty());
        await(() -> a.mesh.present().size(), size -> size == 2);
        await(() -> b.mesh.present().size(), size -> size == 2);
    }

    private static MeshSettings settings(Discovery discovery, Endpoint bind) {
        return new MeshSettings(
                "home", "a", discovery, bind, Optional.empty(), Optional.empty(), List.of());
    }

    @AfterEach
    void stop() throws IOException {
        b.mesh.stop();
        a.mesh.stop();
    }

    @Test
    void a_link_carries_bytes_both_ways_to_the_protocol_it_names() throws Exception {
        b.streams.addProtocol(new Echo());
        try (var link = a.streams.open(b.parts.self(), "echo/1")) {
            assertEquals(b.parts.self(), link.peer());
            var sent = new byte[1 << 20];
            sent[12_345] = 7;
            var writing =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            link.output().write(sent);
                                            link.output().flush();
                                        } catch (IOException broken) {
                                            throw new AssertionError(broken);
                                        }
                                    });
            var received = link.input().readNBytes(sent.length);
            assertEquals(7, received[12_345]);
            writing.join();
        }
    }

    @Test
    void a_protocol_that_the_peer_does_not_speak_is_refused_at_once() throws Exception {
        var peer = b.parts.self();
        b.streams.addProtocol(new Echo());
        var refused = assertThrows(ProblemException.class, () -> a.streams.open(peer, "echo/2"));
        assertEquals(MeshProblem.NO_PROTOCOL.id(), refused.problem().id());
        assertTrue(refused.getMessage().contains("echo/2, but echo/1"), refused.getMessage());
    }

    @Test
    void a_peer_that_leaves_takes_its_links_with_it() throws Exception {
        var serving = new CountDownLatch(1);
        b.streams.addProtocol(new Silence(serving));
        try (var link = a.streams.open(b.parts.self(), "silence/1")) {
            assertTrue(serving.await(10, TimeUnit.SECONDS));
            b.mesh.leave();
            int last;
            try {
                last = link.input().read();
            } catch (IOException broken) {
                last = -1;
            }
            assertEquals(-1, last);
        }
        await(() -> a.mesh.present().size(), size -> size == 1);
        var peer = b.parts.self();
        var gone = assertThrows(ProblemException.class, () -> a.streams.open(peer, "silence/1"));
        assertEquals(MeshProblem.UNKNOWN_PEER.id(), gone.problem().id());
        b.mesh.up();
        await(() -> a.mesh.present().size(), size -> size == 2);
    }

    @Test
    void what_a_peer_says_of_itself_reaches_the_other() throws Exception {
        a.inventory.holdings(List.of(new Holding(BUNDLE, "tiny", 100, 100)));
        a.inventory.load(new Load(3, 1));
        a.inventory.publishManifest(BUNDLE, new byte[] {1, 2});
        await(() -> b.inventory.holders(BUNDLE), List.of(a.parts.self())::equals);
        await(() -> b.inventory.facts().getLast().load(), new Load(3, 1)::equals);
        assertEquals(2, b.inventory.manifest(BUNDLE).orElseThrow().length);
        assertEquals(List.of(), a.inventory.holders(BUNDLE));
    }

    @Test
    void whoever_comes_is_told_what_others_said_long_before() throws Exception {
        a.inventory.holdings(List.of(new Holding(BUNDLE, "tiny", 100, 100)));
        await(() -> b.inventory.holders(BUNDLE), List.of(a.parts.self())::equals);
        for (int round = 0; round < 3; round++) {
            b.mesh.leave();
            var seen = new CountDownLatch(1);
            InventoryListener listener =
                    _ -> {
                        if (!b.inventory.holders(BUNDLE).isEmpty()) {
                            seen.countDown();
                        }
                    };
            b.inventory.addListener(listener);
            b.mesh.up();
            assertTrue(seen.await(10, TimeUnit.SECONDS));
            b.inventory.removeListener(listener);
        }
    }

    @Test
    void a_diagnosis_of_a_sound_mesh_finds_nothing_bad_and_leaves_no_refusal() throws Exception {
        var findings = a.mesh.diagnose();
        assertEquals(List.of(), findings.stream().filter(finding -> !finding.good()).toList());
        var parts = findings.stream().map(Mesh.Finding::part).toList();
        var tried = List.of("port", "MTU", "hosts", "MTU to b", "clock", "key", "version");
        assertEquals(tried, parts);
        assertEquals(List.of(), a.mesh.status().refused());
    }

    @Test
    void a_node_that_ends_with_its_command_stays_out_of_the_mesh() throws Exception {
        b.mesh.stop();
        var fleeting = new ClusterMesh(folder.resolve("b"), true, b.parts);
        fleeting.rejoin();
        assertEquals(List.of(), fleeting.present());
        var refused = assertThrows(ProblemException.class, fleeting::up);
        assertEquals(MeshProblem.NODE_ENDS.id(), refused.problem().id());
    }

    @Test
    void a_node_that_has_started_is_on_its_way_until_it_is_back() throws Exception {
        b.mesh.stop();
        var restarted = new ClusterMesh(folder.resolve("b"), false, b.parts);
        assertTrue(restarted.status().up());
        assertEquals(0, restarted.status().present());
        restarted.rejoin();
        await(() -> restarted.present().size(), size -> size == 2);
        restarted.leave();
        assertFalse(restarted.status().up());
    }

    @Test
    void a_place_that_nobody_can_look_up_is_refused_before_anything_is_kept() throws IOException {
        var c = new Node("c");
        var nowhere = new Endpoint("nowhere.invalid", 7447);
        var alone = new Discovery.StaticHosts(List.of());
        for (var settings :
                List.of(
                        settings(new Discovery.StaticHosts(List.of(ANY_PORT, nowhere)), ANY_PORT),
                        settings(new Discovery.Routers(List.of(nowhere)), ANY_PORT),
                        settings(alone, nowhere))) {
            var refused = assertThrows(ProblemException.class, () -> c.mesh.up(settings));
            assertEquals(MeshProblem.UNKNOWN_HOST.id(), refused.problem().id());
        }
        assertEquals("", c.mesh.status().mesh());
    }

    @Test
    void nobody_is_shut_out_by_a_word_that_means_nobody() throws IOException {
        for (var word : List.of("", b.parts.self().hex().substring(0, 3), "c")) {
            var refused = assertThrows(ProblemException.class, () -> a.mesh.deny(word));
            assertEquals(MeshProblem.UNKNOWN_PEER.id(), refused.problem().id());
        }
    }

    @Test
    void whoever_is_shut_out_is_gone_for_everybody() throws Exception {
        a.mesh.deny("b");
        await(() -> a.mesh.present().size(), size -> size == 1);
        assertTrue(a.mesh.peers().stream().noneMatch(peer -> peer.name().equals("b")));
    }

    private static <T> T await(Callable<T> question, Predicate<T> good) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        var answer = question.call();
        while (!good.test(answer)) {
            assertTrue(System.nanoTime() < deadline, "still " + answer);
            Thread.yield();
            answer = question.call();
        }
        return answer;
    }

    private record Echo() implements LinkProtocol {
        @Override
        public String name() {
            return "echo/1";
        }

        @Override
        public void serve(Link link) throws IOException {
            var buffer = new byte[8192];
            for (int n = link.input().read(buffer); n >= 0; n = link.input().read(buffer)) {
                link.output().write(buffer, 0, n);
                link.output().flush();
            }
        }
    }

    private record Silence(CountDownLatch serving) implements LinkProtocol {
        @Override
        public String name() {
            return "silence/1";
        }

        @Override
        public void serve(Link link) throws InterruptedException {
            serving.countDown();
            new CountDownLatch(1).await();
        }
    }
}
