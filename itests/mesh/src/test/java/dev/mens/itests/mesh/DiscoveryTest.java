package dev.mens.itests.mesh;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three headless nodes find each other, by every profile, and find each other again.
final class DiscoveryTest {
    @TempDir Path folder;

    @Test
    void nodes_meet_by_static_hosts_and_meet_again_after_all_were_killed() throws Exception {
        try (var mesh = new TestMesh(folder)) {
            var a = mesh.found("a", "--profile", "static");
            var b = mesh.join("b", a);
            var c = mesh.join("c", b);
            mesh.awaitAgreement(Await.PATIENCE, a, b, c);
            for (var node : mesh.nodes()) {
                node.kill();
            }
            for (var node : mesh.nodes()) {
                node.start();
            }
            mesh.awaitAgreement(Await.PATIENCE, a, b, c);
        }
    }

    @Test
    void nodes_meet_in_a_shared_folder() throws Exception {
        var shared = Files.createDirectory(folder.resolve("shared"));
        try (var mesh = new TestMesh(folder)) {
            var a = mesh.found("a", "--profile", "folder", "--folder", shared.toString());
            var b = mesh.join("b", a);
            var c = mesh.join("c", a);
            mesh.awaitAgreement(Await.PATIENCE, a, b, c);
        }
    }

    @Test
    void nodes_meet_by_multicast() throws Exception {
        try (var mesh = new TestMesh(folder)) {
            var group = "232.5.6.7:" + MeshNode.freePort();
            var a = mesh.found("a", "--profile", "multicast", "--group", group);
            var b = mesh.join("b", a);
            var c = mesh.join("c", b);
            mesh.awaitAgreement(Await.PATIENCE, a, b, c);
            for (var finding : a.json("doctor").get("checks")) {
                if (finding.get("what").asString().startsWith("mesh: ")) {
                    assertTrue(finding.get("status").asString().equals("OK"), finding::toString);
                }
            }
        }
    }
}
