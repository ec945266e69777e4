package dev.mens.itests.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who must not get in does not get in, learns why, stands in the log, and harms nobody.
final class RefusalTest {
    @TempDir Path folder;

    @Test
    void strangers_are_refused_with_a_reason_and_the_mesh_goes_on() throws Exception {
        try (var mesh = new TestMesh(folder)) {
            var a = mesh.found("a", "--profile", "static");
            var at = a.json("mesh", "status").get("address").asString();
            var token = a.invite();
            var b = mesh.add(MeshNode.start(folder, "b"));
            expiredTokensAreRefused(a, b);
            b.json("mesh", "join", token, "--node", "b", "--bind", bind());
            var c = mesh.add(MeshNode.start(folder, "c"));
            c.vox("mesh", "join", token, "--bind", bind()).expectProblem("vox/mesh/token-used");
            anotherKeyIsRefused(a, c, at);
            noiseIsRefused(a, at);
            floodsAreRefused(a, at);
            mesh.awaitAgreement(Await.PATIENCE, a, b);
            shutOutPeersStayOut(a, b);
        }
    }

    private static void expiredTokensAreRefused(MeshNode a, MeshNode b) throws Exception {
        var expired = a.json("mesh", "invite", "--valid", "0s").get("token").asString();
        b.vox("mesh", "join", expired, "--bind", bind()).expectProblem("vox/mesh/token-expired");
        var changed = expired.substring(0, expired.length() - 3) + "AAA";
        b.vox("mesh", "join", changed, "--bind", bind()).expectProblem("vox/mesh/bad-token");
    }

    private void anotherKeyIsRefused(MeshNode a, MeshNode c, String at) throws Exception {
        var key = Files.writeString(folder.resolve("key"), "00".repeat(32));
        c.json(
                "mesh",
                "up",
                "--profile",
                "static",
                "--hosts",
                at,
                "--bind",
                bind(),
                "--key",
                key.toString());
        Await.until(Await.PATIENCE, () -> a.refused("vox/mesh/wrong-key"), count -> count > 0);
        assertEquals(1, c.peers().size());
        assertTrue(a.log().contains("vox/mesh/wrong-key"));
        c.json("mesh", "leave");
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
        assertTrue(a.log().length() < 200_000, "a flood fills the log");
    }

    private static void shutOutPeersStayOut(MeshNode a, MeshNode b) throws Exception {
        a.json("mesh", "deny", "b");
        Await.until(Await.PATIENCE, a::peers, (Set<String> seen) -> seen.equals(Set.of("a")));
        b.kill();
        b.start();
        Await.until(Await.PATIENCE, () -> a.refused("vox/mesh/not-admitted"), count -> count > 0);
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
