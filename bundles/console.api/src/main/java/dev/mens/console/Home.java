package dev.mens.console;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// The folder of one node, `MENS_HOME`. Everything that a node keeps lies in it, and nobody but its
/// owner may enter.
public record Home(Path folder) {
    /// Unix allows 104 bytes on macOS and 108 on Linux, with a final zero.
    private static final int SOCKET_PATH_BYTES = 100;

    /// @param mensHome the variable MENS_HOME, or null
    /// @param userHome where `.mens` lies without it
    public static Home of(@org.jspecify.annotations.Nullable String mensHome, String userHome) {
        var folder =
                mensHome == null || mensHome.isEmpty()
                        ? Path.of(userHome, ".mens")
                        : Path.of(mensHome);
        return new Home(folder.toAbsolutePath().normalize());
    }

    public Path run() {
        return folder.resolve("run");
    }

    /// Bundles dropped here are installed while the node runs.
    public Path deploy() {
        return folder.resolve("deploy");
    }

    /// `<pid>.cfg` files here configure services.
    public Path config() {
        return folder.resolve("config");
    }

    public Path log() {
        return folder.resolve("log");
    }

    /// What may be deleted while no node runs.
    public Path cache() {
        return folder.resolve("cache");
    }

    /// What commands remember, such as the shell's history.
    public Path state() {
        return folder.resolve("state");
    }

    /// Locked by the running node; its text is the node's process id and `node` or `ephemeral`.
    public Path lock() {
        return run().resolve("node.lock");
    }

    /// Whether {@link #socket} is too long to be bound or connected.
    public boolean needsShortSocket() {
        return socket().toString().getBytes(StandardCharsets.UTF_8).length > SOCKET_PATH_BYTES;
    }

    public Path socket() {
        return run().resolve("node.sock");
    }

    /// Names the socket if it had to lie elsewhere because this path is too long.
    public Path socketNote() {
        return run().resolve("node.sock.path");
    }

    /// Where the running node listens.
    public Path findSocket() throws IOException {
        return needsShortSocket() && Files.exists(socketNote())
                ? Path.of(Files.readString(socketNote()).strip())
                : socket();
    }

    /// Creates what is missing and closes the folders to others.
    public void create() throws IOException {
        for (var path : new Path[] {folder, run(), deploy(), config(), log(), cache(), state()}) {
            if (!Files.isDirectory(path)) {
                Files.createDirectories(path);
            }
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        }
    }
}
