package dev.mens.itests.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.itests.mesh.dropped.Forger;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who must not get in does not get in, learns why, stands in the log, and harms nobody.
final class RefusalTest {
    private static final int MAX_LOG_CHARACTERS = 200_000;

    @TempDir Path folder;

    private String key = "";
    private String otherKey = "";

    @BeforeEach
    void writeKeys() throws IOException {
        key = Files.writeString(folder.resolve("key"), "17".repeat(32)).toString();
        otherKey = Files.writeString(folder.resolve("other"), "00".repeat(32)).toString();
    }

    @Test
    void strangers_are_refused_with_a_reason_and_the_mesh_goes_on() throws Exception {
        try (var mesh = new TestMesh(folder)) {
            var a = mesh.found("a", "--profile", "static", "--key", key);
            var at = a.json("mesh", "status").get("address").asString();
            var token = a.invite();
            var b = mesh.add(MeshNode.start(folder, "b"));
            expiredTokensAreRefused(a, b);
            b.json("mesh", "join", token, "--node", "b", "--bind", bind());
            var c = mesh.add(MeshNode.start(folder, "c"));
            c.vox("mesh", "join", token, "--bind", bind()).expectProblem("vox/mesh/token-used");
            isRefused(a, c, at, otherKey, "vox/mesh/wrong-key");
            isRefused(a, c, at, key, "vox/mesh/not-admitted");
            noiseIsRefused(a, at);
            floodsAreRefused(a, at);
            assertEquals(Set.of("key"), a.troubles().keySet());
            mesh.awaitAgreement(a, b);
            shutOutPeersStayOut(a, b);
        }
    }

    @Test
    void a_member_that_has_turned_can_send_what_it_wants() throws Exception {
        try (var mesh = new TestMesh(folder)) {
            var a = mesh.found("a", "--profile", "static");
            var b = mesh.join("b", a);
            mesh.awaitAgreement();
            new DroppedBundle(Forger.class).dropInto(b);
            Await.until(
                    Await.PATIENCE,
                    () -> a.json("log", "status").get("refused").toString(),
                    refused ->
                            refused.contains("\"vox/oplog/bad-signature\":2")
                                    && refused.contains("\"vox/oplog/future-version\":1")
                                    && refused.contains("\"vox/oplog/malformed\":1")
                                    && refused.contains("\"vox/oplog/not-admitted\":1"));
            Await.until(Await.PATIENCE, a::log, log -> log.contains("asks too often"));
            for (var reason : Set.of("bad-signature", "future-version", "not-admitted")) {
                assertTrue(a.log().contains("vox/oplog/" + reason), reason);
            }
            assertTrue(a.log().length() < MAX_LOG_CHARACTERS, "a member fills the log");
            mesh.awaitAgreement();
            assertEquals(0, a.json("log", "verify").get("faults").size());
        }
    }

    @Test
    void versions_that_do_not_meet_are_named_on_both_sides_with_the_remedy() throws Exception {
        try (var mesh = new TestMesh(folder);
                var future = new FuturePeer(folder)) {
            var a = mesh.found("a", "--profile", "static", "--hosts", future.address());
            var told = future.call(a.json("mesh", "status").get("address").asString());
            var both =
                    "this node is Mens %s with mesh protocol version %s, the peer %s"
                            .formatted(told.get("software"), told.get("newest"), FuturePeer.SAID);
            var remedy = "update the older of the two";
            Await.until(
                    Await.PATIENCE, () -> a.refused("vox/mesh/other-version"), count -> count > 0);
            Await.until(Await.PATIENCE, a::log, log -> log.contains(both + ". Remedy: " + remedy));
            Await.until(
                    Await.PATIENCE,
                    () -> String.valueOf(a.troubles().get("peer " + future.address())),
                    trouble -> trouble.contains(both) && trouble.contains(remedy));
            assertTrue(a.troubles().get("version").contains(remedy));
            assertEquals(Set.of("a"), a.peers());
        }
    }

    private static void expiredTokensAreRefused(MeshNode a, MeshNode b) throws Exception {
        var expired = a.json("mesh", "invite", "--valid", "0s").get("token").asString();
        b.vox("mesh", "join", expired, "--bind", bind()).expectProblem("vox/mesh/token-expired");
        var changed = expired.substring(0, expired.length() - 3) + "AAA";
        b.vox("mesh", "join", changed, "--bind", bind()).expectProblem("vox/mesh/bad-token");
    }

    /// The stranger sees only itself, and `vox doctor` there says why.
    private static void isRefused(
            MeshNode member, MeshNode stranger, String at, String key, String reason)
            throws Exception {
        stranger.json(
                "mesh", "up", "--profile", "static", "--hosts", at, "--bind", bind(), "--key", key);
        Await.until(Await.PATIENCE, () -> member.refused(reason), count -> count > 0);
        assertEquals(1, stranger.peers().size());
        assertTrue(member.log().contains(reason));
        Await.until(
                Await.PATIENCE,
                () -> String.valueOf(stranger.troubles().get("peer " + at)),
                trouble -> trouble.contains(reason));
        stranger.json("mesh", "leave");
    }

    private static void noiseIsRefused(MeshNode a, String at) throws Exception {
        var noise = new byte[1 << 20];
        new Random(1).nextBytes(noise);
        try (var socket = socket(at)) {
            socket.getOutputStream().write(noise);
        } catch (IOException cutOff) {
            // As it should be.
        }
        Await.until(Await.PATIENCE, () -> a.refused("vox/mesh/bad-greeting"), count -> count > 0);
    }

    private static void floodsAreRefused(MeshNode a, String at) throws Exception {
        for (int i = 0; i < 1000; i++) {
            try (var socket = socket(at)) {
                socket.getOutputStream().write(i);
            } catch (IOException cutOff) {
                // As it should be.
            }
        }
        Await.until(
                Await.PATIENCE,
                () -> a.refused("vox/mesh/too-many-connections"),
                count -> count > 0);
        assertTrue(a.log().length() < MAX_LOG_CHARACTERS, "a flood fills the log");
    }

    private static void shutOutPeersStayOut(MeshNode a, MeshNode b) throws Exception {
        long before = a.refused("vox/mesh/not-admitted");
        a.json("mesh", "deny", "b");
        a.awaitPeers(Await.PATIENCE, Set.of("a"));
        b.kill();
        b.start();
        Await.until(
                Await.PATIENCE, () -> a.refused("vox/mesh/not-admitted"), count -> count > before);
        assertEquals(Set.of("a"), a.peers());
    }

    private static Socket socket(String at) throws IOException {
        int colon = at.lastIndexOf(':');
        return new Socket(at.substring(0, colon), Integer.parseInt(at.substring(colon + 1)));
    }

    private static String bind() throws IOException {
        return "127.0.0.1:" + MeshNode.freePort();
    }
}
