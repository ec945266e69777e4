package dev.mens.itests.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Two subnets that cannot reach each other, and a router host with a leg in each, as network
/// namespaces of Linux; needs to be root.
final class Namespaces implements AutoCloseable {
    static final String ROUTER_LEFT = "10.91.1.1";
    static final String ROUTER_RIGHT = "10.91.2.1";
    static final String LEFT = "10.91.1.2";
    static final String RIGHT = "10.91.2.2";

    private final String unique = Long.toString(ProcessHandle.current().pid());
    private final List<String> made = new ArrayList<>();

    /// Why this machine does not let the test make namespaces; empty if it does.
    static Optional<String> refused() {
        try (var namespaces = new Namespaces()) {
            namespaces.make("try");
            return Optional.empty();
        } catch (IOException | AssertionError refused) {
            return Optional.of(String.valueOf(refused.getMessage()).strip());
        }
    }

    static Namespaces twoSubnets() throws IOException {
        var all = new Namespaces();
        all.make("router");
        all.subnet("left", ROUTER_LEFT, LEFT, 1);
        all.subnet("right", ROUTER_RIGHT, RIGHT, 2);
        return all;
    }

    /// What runs a command in a namespace.
    List<String> in(String namespace) {
        return List.of("ip", "netns", "exec", full(namespace));
    }

    private void make(String namespace) throws IOException {
        ip("netns", "add", full(namespace));
        made.add(full(namespace));
        ip("-n", full(namespace), "link", "set", "lo", "up");
    }

    private void subnet(String name, String gateway, String host, int index) throws IOException {
        make(name);
        var inside = "mi" + index + "-" + unique;
        var outside = "mo" + index + "-" + unique;
        ip(
                "link",
                "add",
                inside,
                "netns",
                full(name),
                "type",
                "veth",
                "peer",
                "name",
                outside,
                "netns",
                full("router"));
        ip("-n", full(name), "addr", "add", host + "/24", "dev", inside);
        ip("-n", full("router"), "addr", "add", gateway + "/24", "dev", outside);
        ip("-n", full(name), "link", "set", inside, "up");
        ip("-n", full("router"), "link", "set", outside, "up");
    }

    private String full(String namespace) {
        return "mens-" + unique + "-" + namespace;
    }

    private static void ip(String... words) throws IOException {
        var command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.onExit().join().exitValue(), () -> command + ": " + said);
    }

    @Override
    public void close() throws IOException {
        for (var namespace : made) {
            ip("netns", "del", namespace);
        }
    }
}
