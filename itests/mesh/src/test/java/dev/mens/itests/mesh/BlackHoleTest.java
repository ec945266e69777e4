package dev.mens.itests.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A way between two peers on which large packets are lost and nobody says so.
final class BlackHoleTest {
    /// Of the narrow hop; the ends believe in 1,500.
    private static final int MTU = 1400;

    @TempDir Path folder;

    @Test
    void the_doctor_names_the_peer_to_whom_large_packets_do_not_arrive() throws Exception {
        var refused = Namespaces.refused();
        if (refused.isPresent()) {
            Namespaces.sayUntested("a way that loses large packets", refused.get());
            return;
        }
        try (var networks = Namespaces.twoOfOneSubnet();
                var mesh = new TestMesh(folder)) {
            var a = mesh.add(MeshNode.start(folder, "a", networks.in("left")));
            var b = mesh.add(MeshNode.start(folder, "b", networks.in("right")));
            var atA = Namespaces.LEFT + ":7447";
            var atB = Namespaces.BESIDE + ":7447";
            a.json("mesh", "up", "--profile", "static", "--node", "a", "--bind", atA);
            b.json("mesh", "join", a.invite(), "--node", "b", "--bind", atB);
            mesh.awaitAgreement();
            assertEquals(Map.of(), a.troubles());
            networks.loseLargePackets(MTU);
            var troubles = a.troubles();
            assertEquals(Set.of("MTU to b"), troubles.keySet(), troubles::toString);
            var told = troubles.get("MTU to b");
            assertTrue(told.contains("large ones do not arrive"), told);
            assertTrue(told.contains("let ICMP through"), told);
        }
    }
}
