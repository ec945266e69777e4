package dev.mens.cluster;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.OptionalInt;
import jdk.net.ExtendedSocketOptions;

/// What this machine has learnt of the MTU on the way to another. It refuses datagrams that are
/// larger and may not be fragmented, so the largest that it sends shows the MTU.
final class PathMtu {
    private static final int LARGEST_DATAGRAM = 65_507;
    private static final int UDP_HEADER = 8;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;

    private PathMtu() {}

    /// Sends some datagrams to a port that nobody needs to listen at.
    ///
    /// @return bytes of a packet; empty if this machine cannot tell
    static OptionalInt to(InetSocketAddress address) {
        if (address.isUnresolved()) {
            return OptionalInt.empty();
        }
        try (var channel = DatagramChannel.open()) {
            channel.setOption(ExtendedSocketOptions.IP_DONTFRAGMENT, true);
            channel.connect(address);
            int sent = 0;
            int refused = LARGEST_DATAGRAM + 1;
            while (refused - sent > 1) {
                int middle = (sent + refused) >>> 1;
                if (leaves(channel, middle)) {
                    sent = middle;
                } else {
                    refused = middle;
                }
            }
            boolean v6 = address.getAddress() instanceof Inet6Address;
            int headers = UDP_HEADER + (v6 ? IPV6_HEADER : IPV4_HEADER);
            return sent == 0 ? OptionalInt.empty() : OptionalInt.of(sent + headers);
        } catch (IOException | UnsupportedOperationException cannot) {
            return OptionalInt.empty();
        }
    }

    private static boolean leaves(DatagramChannel channel, int bytes) {
        try {
            return channel.write(ByteBuffer.allocate(bytes)) == bytes;
        } catch (PortUnreachableException earlierOneArrived) {
            return leaves(channel, bytes);
        } catch (IOException tooLarge) {
            return false;
        }
    }
}
