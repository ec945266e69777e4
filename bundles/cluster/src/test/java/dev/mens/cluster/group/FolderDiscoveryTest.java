package dev.mens.cluster.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.jgroups.JChannel;
import org.jgroups.protocols.TCP;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderDiscoveryTest {
    private static final String GROUP = "g";

    /// To wait for one that is dead takes ten times as long as a join may, 20 s.
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir Path folder;

    @Test
    void a_coordinator_that_was_killed_is_not_waited_for_though_the_folder_names_it()
            throws Exception {
        var dead = "dead " + UUID.randomUUID() + " 127.0.0.1:" + freePort() + " T\n";
        Files.writeString(Files.createDirectory(folder.resolve(GROUP)).resolve("1.list"), dead);
        try (var founder = channel();
                var second = channel()) {
            assertTimeout(SOON, () -> founder.connect(GROUP));
            assertEquals(1, founder.getView().size());
            assertTimeout(SOON, () -> second.connect(GROUP));
            assertEquals(founder.getView(), second.getView());
        }
    }

    private JChannel channel() throws Exception {
        var transport = new TCP();
        transport.setBindAddress(InetAddress.getLoopbackAddress());
        transport.setBindPort(freePort());
        return new JChannel(Stack.of(transport, new FolderDiscovery(folder)));
    }

    private static int freePort() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
