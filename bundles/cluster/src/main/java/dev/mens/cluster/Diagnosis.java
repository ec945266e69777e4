package dev.mens.cluster;

import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Discovery;
import dev.mens.mesh.Endpoint;
import dev.mens.mesh.Mesh.Finding;
import dev.mens.mesh.MeshProblem;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What of a mesh that is up works, tried out.
final class Diagnosis {
    private static final int TRY_MILLIS = 1000;

    /// Behind it, TCP works, but only just.
    private static final int SMALLEST_MTU = 1280;

    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

    private final Session session;

    Diagnosis(Session session) {
        this.session = session;
    }

    List<Finding> findings() {
        var findings = new ArrayList<Finding>();
        findings.add(port());
        findings.add(mtu());
        switch (session.kept().settings().discovery()) {
            case Discovery.Multicast(var group) -> findings.add(multicast(group));
            case Discovery.StaticHosts(var hosts) -> findings.add(hosts(hosts));
            case Discovery.SharedFolder(var folder) ->
                    findings.add(
                            new Finding(
                                    "folder",
                                    Files.isWritable(folder),
                                    folder
                                            + (Files.isWritable(folder)
                                                    ? ""
                                                    : " cannot be written to"),
                                    Files.isWritable(folder) ? "" : "mount it, or fix its rights"));
            case Discovery.Routers(var routers) -> findings.add(routers(routers));
        }
        findings.addAll(reach());
        findings.addAll(new Paths(session).findings());
        findings.add(clock());
        findings.add(refused("key", MeshProblem.WRONG_KEY, MeshProblem.NOT_ADMITTED));
        findings.add(refused("version", MeshProblem.OTHER_VERSION));
        return findings;
    }

    private Finding port() {
        var at = session.advertised();
        try {
            session.probe();
            return new Finding("port", true, at + " leads to this node", "");
        } catch (IOException | ProblemException elsewhere) {
            return new Finding(
                    "port",
                    false,
                    at + " does not lead to this node: " + elsewhere.getMessage(),
                    "open the port in the firewall, or say with `--advertise` where this node is"
                            + " reached");
        }
    }

    private Finding mtu() {
        try {
            var at = InetAddress.getByName(session.listening().host());
            int smallest = Integer.MAX_VALUE;
            for (var network : NetworkInterface.networkInterfaces().toList()) {
                boolean used =
                        at.isAnyLocalAddress()
                                ? network.isUp()
                                : network.inetAddresses().anyMatch(at::equals);
                smallest = used ? Math.min(smallest, network.getMTU()) : smallest;
            }
            boolean good = smallest >= SMALLEST_MTU;
            return new Finding(
                    "MTU",
                    good,
                    smallest + " bytes",
                    good ? "" : "raise it to at least " + SMALLEST_MTU + " on every hop");
        } catch (IOException unknown) {
            return new Finding("MTU", false, unknown.toString(), "check the network interfaces");
        }
    }

    /// Sends itself a datagram. It is noise to the members, who drop it.
    private Finding multicast(Endpoint group) {
        var remedy =
                "allow multicast in the firewall and on the interface, or use another profile:"
                        + " `--profile static`";
        try (var socket = new MulticastSocket(group.port())) {
            var address = InetAddress.getByName(group.host());
            var bound = InetAddress.getByName(session.listening().host());
            var network = NetworkInterface.getByInetAddress(bound);
            var where = new InetSocketAddress(address, group.port());
            socket.joinGroup(where, network);
            if (network != null) {
                socket.setNetworkInterface(network);
            }
            socket.setSoTimeout(TRY_MILLIS);
            socket.send(new DatagramPacket(new byte[1], 1, where));
            socket.receive(new DatagramPacket(new byte[8192], 8192));
            return new Finding("multicast", true, group + " reaches this node", "");
        } catch (IOException silent) {
            return new Finding("multicast", false, group + ": " + silent.getMessage(), remedy);
        }
    }

    private static Finding hosts(List<Endpoint> hosts) {
        var unknown =
                hosts.stream()
                        .filter(
                                host ->
                                        new InetSocketAddress(host.host(), host.port())
                                                .isUnresolved())
                        .toList();
        return new Finding(
                "hosts",
                unknown.isEmpty(),
                unknown.isEmpty() ? hosts.size() + " given" : unknown + " have no address",
                unknown.isEmpty() ? "" : "correct the names, or the name service");
    }

    private Finding routers(List<Endpoint> routers) {
        var reached = session.routers().orElseThrow().reached();
        return new Finding(
                "router",
                !reached.isEmpty(),
                reached.size() + " of " + routers.size() + " reached",
                reached.isEmpty() ? "start one with `vox mesh router`, or check its address" : "");
    }

    private List<Finding> reach() {
        return session.connections().failures().entrySet().stream()
                .map(
                        failure ->
                                new Finding(
                                        "peer " + failure.getKey(),
                                        false,
                                        failure.getValue(),
                                        "start the peer, or correct its address, unless it is"
                                                + " meant to be away"))
                .toList();
    }

    private Finding clock() {
        var worst =
                session.connections().clocksAhead().entrySet().stream()
                        .max(
                                Map.Entry.comparingByValue(
                                        (a, b) -> Long.compare(Math.abs(a), Math.abs(b))));
        if (worst.isEmpty()) {
            return new Finding("clock", true, "no peer to compare it with", "");
        }
        var ahead = Duration.ofMillis(worst.get().getValue());
        boolean good = ahead.abs().compareTo(CLOCK_TOLERANCE) < 0;
        var found =
                "%s is %d s %s"
                        .formatted(
                                worst.get().getKey().abbreviated(),
                                ahead.abs().toSeconds(),
                                ahead.isNegative() ? "behind" : "ahead");
        return new Finding(
                "clock", good, found, good ? "" : "set the clocks; entries of the log bear them");
    }

    private Finding refused(String part, MeshProblem... problems) {
        long count =
                session.refusals().all().stream()
                        .filter(
                                refusals ->
                                        List.of(problems).stream()
                                                .anyMatch(p -> p.id().equals(refusals.reason())))
                        .mapToLong(refusals -> refusals.count())
                        .sum();
        return new Finding(
                part,
                count == 0,
                count == 0 ? "nobody was refused for it" : count + " connections were refused",
                count == 0 ? "" : problems[0].remedy());
    }
}
