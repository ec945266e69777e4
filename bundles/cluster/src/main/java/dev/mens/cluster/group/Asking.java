package dev.mens.cluster.group;

import java.util.Collection;
import org.jgroups.BytesMessage;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.protocols.Discovery;
import org.jgroups.protocols.PingData;
import org.jgroups.protocols.PingHeader;
import org.jgroups.util.NameCache;

/// Asks whoever is at an address who is in the group.
final class Asking {
    private Asking() {}

    /// How a node tells others of itself.
    static PingData self(Discovery asking) {
        var address = asking.getAddress();
        var down = asking.getDownProtocol();
        var place = (PhysicalAddress) down.down(new Event(Event.GET_PHYSICAL_ADDRESS, address));
        return new PingData(address, false, NameCache.get(address), place);
    }

    /// Asks all of them but this node itself, and does not wait for answers.
    static void all(Discovery asking, String group, Collection<? extends PhysicalAddress> places) {
        var self = self(asking);
        var header = new PingHeader(PingHeader.GET_MBRS_REQ).clusterName(group);
        var timer = asking.getTransport().getTimer();
        for (var place : places) {
            if (!place.equals(self.getPhysicalAddr())) {
                var request =
                        new BytesMessage(place)
                                .putHeader(asking.getId(), header)
                                .setArray(Discovery.marshal(self))
                                .setFlag(Message.Flag.DONT_BUNDLE, Message.Flag.OOB);
                // Dialling blocks, and one that is away must not keep others waiting.
                timer.execute(() -> asking.getDownProtocol().down(request), true);
            }
        }
    }
}
