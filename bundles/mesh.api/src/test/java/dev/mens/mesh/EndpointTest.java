package dev.mens.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mens.diagnostics.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EndpointTest {
    @Test
    void a_host_without_a_port_gets_the_default() {
        assertEquals(new Endpoint("nas.local", 7447), Endpoint.parse("nas.local", 7447));
        assertEquals(new Endpoint("10.0.0.1", 9), Endpoint.parse("10.0.0.1:9", 7447));
    }

    @Test
    void an_ipv6_address_may_stand_in_brackets_with_a_port_or_alone() {
        assertEquals(new Endpoint("fe80::1", 7447), Endpoint.parse("fe80::1", 7447));
        assertEquals(new Endpoint("::1", 7447), Endpoint.parse("[::1]", 7447));
        assertEquals(new Endpoint("fe80::1%eth9", 5), Endpoint.parse("[fe80::1%eth9]:5", 7447));
        assertEquals("[::1]:81", Endpoint.parse("[::1]:81", 7447).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":1",
                "host:",
                "host:x",
                "host:65536",
                "host:-1",
                "[::1",
                "a b:1",
                "a:b:c",
                "1::2::3"
            })
    void what_is_no_address_is_refused(String text) {
        assertThrows(ProblemException.class, () -> Endpoint.parse(text, 7447));
    }
}
