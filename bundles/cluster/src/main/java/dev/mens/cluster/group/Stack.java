package dev.mens.cluster.group;

import dev.mens.mesh.Discovery;
import dev.mens.mesh.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MFC;
import org.jgroups.protocols.PerDestinationBundler;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.TP;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.Protocol;

/// The protocols of the group, bottom up. A peer that dies closes its connections, which is noticed
/// at once; one that hangs is noticed within three seconds, and parts of a split group merge within
/// four, in a group of up to {@link Pace#UNHURRIED}.
final class Stack {
    private static final int VERIFY_MILLIS = 500;

    /// A member answers at once, but on a busy machine it takes it a while to dial, for the first
    /// time, whoever asks. A group that was founded too early has to merge, which takes longer.
    private static final int JOIN_MILLIS = 2000;

    /// Within that time, so that two who come at once find each other.
    private static final int DISCOVERY_RUNS = 2;

    /// Larger than any message of ours or of the caches; a member that announces more is cut off.
    private static final int MAX_MESSAGE = 32 << 20;

    private static final int CREDITS = 2_000_000;
    private static final int FRAGMENT = 60_000;

    private Stack() {}

    static Protocol[] of(TP transport, org.jgroups.protocols.Discovery discovery) {
        return new Protocol[] {
            transport,
            discovery.numDiscoveryRuns(DISCOVERY_RUNS),
            new Pace.Merge(),
            new Pace.Watch(),
            new VERIFY_SUSPECT2().setTimeout(VERIFY_MILLIS),
            new NAKACK2().useMcastXmit(false),
            new UNICAST3(),
            new STABLE(),
            new GMS().setJoinTimeout(JOIN_MILLIS).printLocalAddress(false),
            new UFC().setMaxCredits(CREDITS),
            new MFC().setMaxCredits(CREDITS),
            new FRAG4().setFragSize(FRAGMENT)
        };
    }

    /// @param listening where the gate listens
    /// @param advertised where others reach it
    static TP transport(GroupSockets sockets, Endpoint listening, Endpoint advertised)
            throws IOException {
        var transport = new TCP();
        transport.setSocketFactory(sockets);
        transport.setBindAddress(InetAddress.getByName(listening.host()));
        transport.setBindPort(listening.port());
        transport.setPortRange(0);
        transport.setValue("external_addr", InetAddress.getByName(advertised.host()));
        transport.setValue("external_port", advertised.port());
        transport.setValue("max_length", MAX_MESSAGE);
        transport.setValue("tcp_nodelay", true);
        transport.setValue("enable_suspect_events", true);
        transport.setValue("defer_client_bind_addr", true);
        transport.useVirtualThreads(true);
        // One thread for all would dial a member that hangs, which takes seconds, again and again;
        // meanwhile the others would miss this member's heartbeats, and not merge with it.
        transport.setBundler(new PerDestinationBundler().useSingleSenderThread(false));
        transport.getThreadPool().setMinThreads(0).setMaxThreads(200).setKeepAliveTime(20_000);
        return transport;
    }

    /// @param multicast what a profile of multicast uses
    /// @param known addresses of members from earlier times
    /// @param routed where the routers say that members are
    static org.jgroups.protocols.Discovery discovery(
            Discovery discovery,
            Supplier<SealedMulticast> multicast,
            Collection<Endpoint> known,
            Supplier<Collection<Endpoint>> routed)
            throws IOException {
        return switch (discovery) {
            case Discovery.Multicast(var group) -> {
                var protocol = multicast.get();
                protocol.setMcastAddr(InetAddress.getByName(group.host()));
                protocol.setMcastPort(group.port());
                yield protocol;
            }
            case Discovery.StaticHosts(var hosts) -> {
                var all = new ArrayList<>(hosts);
                all.addAll(known);
                var protocol = new TCPPING().<TCPPING>setPortRange(0).setInitialHosts(resolve(all));
                protocol.setValue("async_discovery", true);
                yield protocol;
            }
            case Discovery.SharedFolder(var folder) -> new FolderDiscovery(folder);
            case Discovery.Routers(_) -> new RouterDiscovery(routed);
        };
    }

    private static List<InetSocketAddress> resolve(List<Endpoint> hosts) {
        return hosts.stream()
                .distinct()
                .map(host -> new InetSocketAddress(host.host(), host.port()))
                .filter(address -> !address.isUnresolved())
                .toList();
    }
}
