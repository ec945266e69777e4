package dev.mens.cluster.group;

import dev.mens.mesh.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jgroups.Address;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.Discovery;
import org.jgroups.protocols.TCPGOSSIP;
import org.jgroups.stack.IpAddress;
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
        var resolved = new ArrayList<IpAddress>();
        for (var place : places.get()) {
            try {
                resolved.add(new IpAddress(InetAddress.getByName(place.host()), place.port()));
            } catch (UnknownHostException unknown) {
                LOG.info("A router names {}, which has no address here", place);
            }
        }
        Asking.all(this, cluster_name, resolved);
    }
}
