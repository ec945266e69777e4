package dev.mens.cluster.group;

import dev.mens.mesh.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.Discovery;
import org.jgroups.protocols.PingData;
import org.jgroups.protocols.PingHeader;
import org.jgroups.protocols.TCPGOSSIP;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.NameCache;
import org.jgroups.util.Responses;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks those for members whom the mesh's routers name. It takes the place of TCPGOSSIP, which
/// talks to its router in the clear and cannot reach a member by relay.
final class RouterDiscovery extends Discovery {
    private static final Logger LOG = LoggerFactory.getLogger(RouterDiscovery.class);

    private final Supplier<Collection<Endpoint>> places;

    RouterDiscovery(Supplier<Collection<Endpoint>> places) {
        this.places = places;
        setId(ClassConfigurator.getProtocolId(TCPGOSSIP.class));
    }

    @Override
    public boolean isDynamic() {
        return true;
    }

    @Override
    protected void findMembers(
            List<Address> members, boolean initialDiscovery, Responses responses) {
        var own =
                (PhysicalAddress) down_prot.down(new Event(Event.GET_PHYSICAL_ADDRESS, local_addr));
        var self = new PingData(local_addr, false, NameCache.get(local_addr), own);
        var header = new PingHeader(PingHeader.GET_MBRS_REQ).clusterName(cluster_name);
        for (var place : places.get()) {
            try {
                var to = new IpAddress(InetAddress.getByName(place.host()), place.port());
                if (!to.equals(own)) {
                    var request =
                            new BytesMessage(to)
                                    .putHeader(id, header)
                                    .setArray(marshal(self))
                                    .setFlag(Message.Flag.DONT_BUNDLE, Message.Flag.OOB);
                    // Dialling blocks, and one that is away must not keep others waiting.
                    timer.execute(() -> down_prot.down(request), true);
                }
            } catch (UnknownHostException unknown) {
                LOG.info("A router names {}, which has no address here", place);
            }
        }
    }
}
