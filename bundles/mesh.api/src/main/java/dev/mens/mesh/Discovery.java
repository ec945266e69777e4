package dev.mens.mesh;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;

/// How a node finds the others of its mesh.
public sealed interface Discovery {

    /// As `--profile` and tables spell it.
    String profile();

    /// Datagrams to a multicast group, on one LAN.
    ///
    /// @param group an IPv4 or IPv6 multicast address, and a port
    record Multicast(Endpoint group) implements Discovery {
        public Multicast {
            if (!isGroup(group.host())) {
                throw MeshProblem.BAD_GROUP.with(group);
            }
        }

        private static boolean isGroup(String host) {
            try {
                return InetAddress.ofLiteral(host).isMulticastAddress();
            } catch (IllegalArgumentException name) {
                return false;
            }
        }

        @Override
        public String profile() {
            return "multicast";
        }
    }

    /// Hosts that are known; one that is up suffices. An empty list waits to be found.
    record StaticHosts(List<Endpoint> hosts) implements Discovery {
        public StaticHosts {
            hosts = List.copyOf(hosts);
        }

        @Override
        public String profile() {
            return "static";
        }
    }

    /// A folder that all peers can write to, such as one on a NAS.
    ///
    /// @param folder absolute
    record SharedFolder(Path folder) implements Discovery {
        public SharedFolder {
            if (!folder.isAbsolute()) {
                throw MeshProblem.BAD_FOLDER.with(folder, "it is not an absolute path");
            }
        }

        @Override
        public String profile() {
            return "folder";
        }
    }

    /// Routers that introduce peers to each other across subnets and VPNs, and relay for those that
    /// cannot be dialled.
    ///
    /// @param routers at least one
    record Routers(List<Endpoint> routers) implements Discovery {
        public Routers {
            routers = List.copyOf(routers);
            if (routers.isEmpty()) {
                throw MeshProblem.NO_ROUTER.with();
            }
        }

        @Override
        public String profile() {
            return "router";
        }
    }
}
