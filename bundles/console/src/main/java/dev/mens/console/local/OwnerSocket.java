package dev.mens.console.local;

import dev.mens.console.Home;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import jdk.net.ExtendedSocketOptions;

/// The socket file of a home. Only the owner of the home may enter its folder, open the file, or
/// be the peer of a connection: three locks, because the commands behind it can do everything.
final class OwnerSocket {
    private final Home home;
    private final Path path;

    OwnerSocket(Home home) throws IOException {
        this.home = home;
        this.path =
                home.needsShortSocket()
                        ? Files.createTempDirectory("mens").resolve("node.sock")
                        : home.socket();
    }

    ServerSocketChannel listen() throws IOException {
        // What a killed node left; the home's lock says that it is dead.
        Files.deleteIfExists(path);
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        if (home.needsShortSocket()) {
            Files.writeString(home.socketNote(), path.toString());
        }
        return server;
    }

    boolean isOwner(SocketChannel peer) throws IOException {
        var user = peer.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
        return user.equals(Files.getOwner(home.run()));
    }

    void remove() throws IOException {
        Files.deleteIfExists(path);
        if (home.needsShortSocket()) {
            Files.deleteIfExists(home.socketNote());
            Files.deleteIfExists(path.getParent());
        }
    }
}
