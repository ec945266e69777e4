package dev.mens.itests.mesh;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Peers in subnets that cannot reach each other meet, and talk, through a router.
final class RouterTest {
    @TempDir Path folder;

    @Test
    void peers_of_two_subnets_meet_through_a_router_and_its_relay() throws Exception {
        assumeTrue(Namespaces.possible(), "SKIPPED: network namespaces need Linux, ip and root");
        try (var networks = Namespaces.twoSubnets();
                var mesh = new TestMesh(folder)) {
            var router = mesh.add(node(networks, "r", "router"));
            var running = router.background("mesh", "router", "--bind", "0.0.0.0:7448");
            awaitListening(running.inputReader());
            var left = mesh.add(node(networks, "a", "left"));
            var right = mesh.add(node(networks, "b", "right"));
            up(left, Namespaces.LEFT, Namespaces.ROUTER_LEFT);
            right.json(
                    "mesh",
                    "up",
                    "--profile",
                    "router",
                    "--node",
                    "b",
                    "--router",
                    Namespaces.ROUTER_RIGHT + ":7448",
                    "--bind",
                    Namespaces.RIGHT + ":7447",
                    "--key",
                    key(),
                    "--allow",
                    publicKey(left));
            left.json("mesh", "allow", "--name", "b", publicKey(right));
            mesh.awaitAgreement(Await.PATIENCE, left, right);
            right.kill();
            right.start();
            mesh.awaitAgreement(Await.PATIENCE, left, right);
            running.destroy();
        }
    }

    private void up(MeshNode node, String host, String router) throws Exception {
        node.json(
                "mesh",
                "up",
                "--profile",
                "router",
                "--node",
                node.name(),
                "--router",
                router + ":7448",
                "--bind",
                host + ":7447",
                "--key",
                key());
    }

    private String key() throws java.io.IOException {
        return java.nio.file.Files.writeString(folder.resolve("key"), "17".repeat(32)).toString();
    }

    private static String publicKey(MeshNode node) throws Exception {
        return node.json("mesh", "status").get("key").asString();
    }

    private MeshNode node(Namespaces networks, String name, String namespace)
            throws java.io.IOException {
        return MeshNode.start(folder, name, networks.in(namespace), "");
    }

    private static void awaitListening(BufferedReader out) throws java.io.IOException {
        for (var line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("router on ")) {
                return;
            }
        }
        throw new AssertionError("the router did not start");
    }
}
