package dev.mens.itests.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three headless nodes find each other by every profile, and find each other again after all were
/// killed. {@link RouterTest} has the fourth one.
final class DiscoveryTest {
    private static final String GROUP = "232.5.6.7";
    private static final int DATAGRAMS = 256;
    private static final int DATAGRAM_BYTES = 4096;

    @TempDir Path folder;

    @Test
    void nodes_meet_by_static_hosts() throws Exception {
        try (var mesh = new TestMesh(folder)) {
            meet(mesh, "--profile", "static");
            mesh.restart("static hosts");
        }
    }

    @Test
    void nodes_meet_in_a_shared_folder() throws Exception {
        var shared = Files.createDirectory(folder.resolve("shared"));
        try (var mesh = new TestMesh(folder)) {
            meet(mesh, "--profile", "folder", "--folder", shared.toString());
            mesh.restart("folder");
        }
    }

    @Test
    void nodes_meet_by_multicast_though_others_babble_in_it() throws Exception {
        try (var mesh = new TestMesh(folder)) {
            int port = MeshNode.freePort();
            meet(mesh, "--profile", "multicast", "--group", GROUP + ":" + port);
            babble(port);
            mesh.restart("multicast");
            assertEquals(Map.of(), mesh.nodes().getFirst().troubles());
        }
    }

    private static void meet(TestMesh mesh, String... up) throws Exception {
        var a = mesh.found("a", up);
        var b = mesh.join("b", a);
        mesh.join("c", b);
        mesh.awaitAgreement();
    }

    private static void babble(int port) throws IOException {
        var random = new Random(1);
        try (var socket = new MulticastSocket()) {
            var loopback = InetAddress.getLoopbackAddress();
            socket.setNetworkInterface(NetworkInterface.getByInetAddress(loopback));
            for (int i = 0; i < DATAGRAMS; i++) {
                var noise = new byte[DATAGRAM_BYTES];
                random.nextBytes(noise);
                var group = InetAddress.getByName(GROUP);
                socket.send(new DatagramPacket(noise, noise.length, group, port));
            }
        }
    }
}
