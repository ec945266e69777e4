package dev.mens.itests.mesh;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Peers that cannot reach each other meet, and talk, through a router.
final class RouterTest {
    @TempDir Path folder;

    /// Where a node is.
    ///
    /// @param prefix what runs it there
    /// @param bind where it listens
    /// @param advertised where it says that it is, and others cannot reach it
    private record Place(List<String> prefix, String router, String bind, String advertised) {}

    @Test
    void peers_of_two_subnets_meet_through_a_router_and_its_relay() throws Exception {
        var refused = Namespaces.refused();
        if (refused.isPresent()) {
            meetWithoutNamespaces(refused.get());
            return;
        }
        try (var networks = Namespaces.twoSubnets()) {
            var left = networks.in("left");
            var viaLeft = Namespaces.ROUTER_LEFT + ":7448";
            var atA = Namespaces.LEFT + ":7447";
            var atC = Namespaces.LEFT + ":7457";
            var atB = Namespaces.RIGHT + ":7447";
            meet(
                    networks.in("router"),
                    "0.0.0.0:7448",
                    new Place(left, viaLeft, atA, atA),
                    new Place(networks.in("right"), Namespaces.ROUTER_RIGHT + ":7448", atB, atB),
                    new Place(left, viaLeft, atC, atC));
        }
    }

    /// Each says that it is where nobody listens, as behind a NAT.
    private void meetWithoutNamespaces(String why) throws Exception {
        Namespaces.sayUntested(
                "peers of two subnets (but peers on the loopback that reach each other"
                        + " through the router's relay only)",
                why);
        var router = "127.0.0.1:" + MeshNode.freePort();
        meet(List.of(), router, hidden(router), hidden(router), hidden(router));
    }

    private static Place hidden(String router) throws IOException {
        var bind = "127.0.0.1:" + MeshNode.freePort();
        return new Place(List.of(), router, bind, "127.0.0.1:" + MeshNode.freePort());
    }

    /// @param c joins by a token of a, and sees the same router
    private void meet(List<String> routers, String routerBind, Place a, Place b, Place c)
            throws Exception {
        try (var mesh = new TestMesh(folder);
                var router = MeshNode.start(folder, "router", routers)) {
            var running = router.background("mesh", "router", "--bind", routerBind);
            awaitListening(running.inputReader());
            babble(a, router);
            var founder = mesh.add(MeshNode.start(folder, "a", a.prefix()));
            up(founder, a, List.of());
            var publicKey = founder.json("mesh", "status").get("key").asString();
            var second = mesh.add(MeshNode.start(folder, "b", b.prefix()));
            up(second, b, List.of("--allow", publicKey));
            var third = mesh.add(MeshNode.start(folder, "c", c.prefix()));
            founder.json(
                    "mesh",
                    "allow",
                    "--name",
                    "b",
                    second.json("mesh", "status").get("key").asString());
            third.json(
                    "mesh",
                    "join",
                    founder.invite(),
                    "--node",
                    "c",
                    "--bind",
                    c.bind(),
                    "--advertise",
                    c.advertised());
            mesh.awaitAgreement();
            mesh.restart("router");
            running.destroy();
        }
    }

    private void up(MeshNode node, Place place, List<String> more) throws Exception {
        var key = Files.writeString(folder.resolve("key"), "17".repeat(32));
        var words = new ArrayList<>(List.of("mesh", "up", "--profile", "router"));
        words.addAll(List.of("--node", node.name(), "--router", place.router()));
        words.addAll(List.of("--bind", place.bind(), "--advertise", place.advertised()));
        words.addAll(List.of("--key", key.toString()));
        words.addAll(more);
        node.json(words.toArray(String[]::new));
    }

    /// 1 MB of noise for the router, from a place.
    private static void babble(Place place, MeshNode router) throws Exception {
        var at = place.router().replace(':', '/');
        var command = new ArrayList<>(place.prefix());
        command.addAll(List.of("bash", "-c", "head -c 1048576 /dev/urandom > /dev/tcp/" + at));
        var babbling = new ProcessBuilder(command).redirectErrorStream(true).start();
        babbling.getInputStream().transferTo(OutputStream.nullOutputStream());
        Await.until(Await.PATIENCE, router::log, log -> log.contains("vox/mesh/bad-greeting"));
    }

    private static void awaitListening(BufferedReader out) throws IOException {
        for (var line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("router on ")) {
                return;
            }
        }
        throw new AssertionError("the router did not start");
    }
}
