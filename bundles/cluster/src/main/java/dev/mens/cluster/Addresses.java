package dev.mens.cluster;

import dev.mens.mesh.Discovery;
import dev.mens.mesh.Endpoint;
import dev.mens.mesh.MeshProblem;
import dev.mens.mesh.MeshSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.util.Comparator;

/// Where others find this node.
final class Addresses {
    private Addresses() {}

    /// The address that the user gave; else the one that is listened on; else, if that is every
    /// address, the first one that others could reach.
    static Endpoint advertised(MeshSettings settings, Endpoint listening) throws IOException {
        if (settings.advertised().isPresent()) {
            var given = settings.advertised().get();
            return new Endpoint(given.host(), given.port() == 0 ? listening.port() : given.port());
        }
        boolean every = InetAddress.getByName(listening.host()).isAnyLocalAddress();
        return every ? new Endpoint(outside(), listening.port()) : listening;
    }

    /// Fails if peers cannot be found like this, because a name is known to nobody here.
    static void requireKnown(Discovery discovery) {
        switch (discovery) {
            case Discovery.StaticHosts(var hosts) -> hosts.forEach(Addresses::requireKnown);
            case Discovery.Routers(var routers) -> routers.forEach(Addresses::requireKnown);
            case Discovery.Multicast _, Discovery.SharedFolder _ -> {}
        }
    }

    /// Fails if this machine cannot look it up.
    static void requireKnown(Endpoint place) {
        try {
            var _ = InetAddress.getByName(place.host());
        } catch (UnknownHostException unknown) {
            throw MeshProblem.UNKNOWN_HOST.because(unknown, place);
        }
    }

    private static String outside() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .min(Comparator.comparing(address -> address.getAddress().length))
                .orElse(InetAddress.getLoopbackAddress())
                .getHostAddress();
    }
}
