package dev.mens.mesh;

import java.net.Inet6Address;
import java.util.regex.Pattern;

/// Where something listens.
///
/// @param host a name, an IPv4 address, or an IPv6 address without brackets
/// @param port 0 to 65535; 0 for any free port where one is to be bound
public record Endpoint(String host, int port) {
    private static final int LAST_PORT = 65_535;

    private static final Pattern WRITTEN =
            Pattern.compile(
                    "(\\[(?<v6>[^\\[\\]]+)]|(?<host>[^:\\[\\]]*|[^\\[\\]]*:[^\\[\\]]*:[^\\[\\]]*))"
                            + "(:(?<port>[0-9]{1,5}))?");

    public Endpoint {
        boolean named = host.matches("[0-9A-Za-z._-]{1,253}");
        if (!(named || isIpv6(host)) || port < 0 || port > LAST_PORT) {
            throw MeshProblem.BAD_ENDPOINT.with(host + ":" + port);
        }
    }

    private static boolean isIpv6(String host) {
        if (!host.matches("[0-9A-Fa-f:.]{2,45}(%[0-9A-Za-z._-]+)?")) {
            return false;
        }
        try {
            // Its zone may be one of another machine.
            Inet6Address.ofLiteral(host.replaceAll("%.*", ""));
            return true;
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    /// Reads `host`, `host:port`, `[v6]` or `[v6]:port`.
    public static Endpoint parse(String text, int defaultPort) {
        var parts = WRITTEN.matcher(text);
        if (!parts.matches()) {
            throw MeshProblem.BAD_ENDPOINT.with(text);
        }
        var host = parts.group("v6") == null ? parts.group("host") : parts.group("v6");
        var port = parts.group("port");
        return new Endpoint(host, port == null ? defaultPort : Integer.parseInt(port));
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
