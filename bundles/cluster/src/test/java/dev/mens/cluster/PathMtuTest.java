package dev.mens.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class PathMtuTest {
    @Test
    void the_way_to_this_machine_takes_what_the_loopback_takes() throws IOException {
        var here = InetAddress.getLoopbackAddress();
        int mtu = NetworkInterface.getByInetAddress(here).getMTU();
        var found = PathMtu.to(new InetSocketAddress(here, 9));
        assertTrue(found.isPresent());
        // No datagram is larger than 65,535 bytes, whatever the loopback takes.
        assertEquals(Math.min(mtu, 65_535), found.getAsInt());
    }

    @Test
    void of_an_unknown_name_nothing_is_known() {
        var nowhere = InetSocketAddress.createUnresolved("nowhere.invalid", 9);
        assertEquals(OptionalInt.empty(), PathMtu.to(nowhere));
    }
}
