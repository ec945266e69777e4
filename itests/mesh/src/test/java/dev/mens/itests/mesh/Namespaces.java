package dev.mens.itests.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Hosts on both sides of one in the middle, as network namespaces of Linux; needs to be root.
final class Namespaces implements AutoCloseable {
    static final String ROUTER_LEFT = "10.91.1.1";
    static final String ROUTER_RIGHT = "10.91.2.1";
    static final String LEFT = "10.91.1.2";
    static final String RIGHT = "10.91.2.2";

    /// In the subnet of {@link #LEFT}.
    static final String BESIDE = "10.91.1.3";

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

    /// Says where nobody overlooks it what was not tested.
    @SuppressWarnings("SystemOut")
    static void sayUntested(String what, String why) {
        System.out.printf(
                """
                ****************************************************************************
                NOT TESTED: %s. This machine makes no network namespaces
                (they need Linux, the command ip, and root): %s
                ****************************************************************************
                """,
                what, why);
    }

    /// Two subnets that cannot reach each other, and a router with a leg in each.
    static Namespaces twoSubnets() throws IOException {
        var all = new Namespaces();
        all.make("router");
        all.host("left", LEFT, 1);
        all.host("right", RIGHT, 2);
        ip("-n", all.full("router"), "addr", "add", ROUTER_LEFT + "/24", "dev", all.leg(1));
        ip("-n", all.full("router"), "addr", "add", ROUTER_RIGHT + "/24", "dev", all.leg(2));
        return all;
    }

    /// One subnet whose two hosts have a switch between them.
    static Namespaces twoOfOneSubnet() throws IOException {
        var all = new Namespaces();
        all.make("router");
        all.host("left", LEFT, 1);
        all.host("right", BESIDE, 2);
        var middle = all.full("router");
        ip("-n", middle, "link", "add", "switch", "type", "bridge");
        ip("-n", middle, "link", "set", all.leg(1), "master", "switch");
        ip("-n", middle, "link", "set", all.leg(2), "master", "switch");
        ip("-n", middle, "link", "set", "switch", "up");
        return all;
    }

    /// From now on the switch drops what is larger, and as a switch it does not say so.
    void loseLargePackets(int mtu) throws IOException {
        ip("-n", full("router"), "link", "set", leg(2), "mtu", Integer.toString(mtu));
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

    /// A host with a wire to the one in the middle, on which no packet is larger than it says.
    private void host(String name, String address, int index) throws IOException {
        make(name);
        var inside = "mi" + index + "-" + unique;
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
                leg(index),
                "netns",
                full("router"));
        ip("-n", full(name), "addr", "add", address + "/24", "dev", inside);
        ip("-n", full(name), "link", "set", inside, "gso_max_segs", "1");
        ip("-n", full(name), "link", "set", inside, "up");
        ip("-n", full("router"), "link", "set", leg(index), "up");
    }

    /// The end of a host's wire that is in the middle.
    private String leg(int index) {
        return "mo" + index + "-" + unique;
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
