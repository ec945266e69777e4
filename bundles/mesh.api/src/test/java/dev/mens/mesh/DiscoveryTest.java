package dev.mens.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mens.diagnostics.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DiscoveryTest {
    @Test
    void peers_meet_in_a_multicast_group() {
        for (var host : new String[] {"232.5.6.7", "ff02::1:5"}) {
            assertEquals(host, new Discovery.Multicast(new Endpoint(host, 7555)).group().host());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "nas.local", "::1"})
    void what_is_no_multicast_group_is_refused(String host) {
        var group = new Endpoint(host, 7555);
        var refused = assertThrows(ProblemException.class, () -> new Discovery.Multicast(group));
        assertEquals(MeshProblem.BAD_GROUP.id(), refused.problem().id());
    }
}
