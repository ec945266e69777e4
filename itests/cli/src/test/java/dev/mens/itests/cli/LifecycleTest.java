package dev.mens.itests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How nodes come and go.
final class LifecycleTest {
    @TempDir Path folder;
    private Vox vox;

    @BeforeEach
    void home() {
        vox = new Vox(folder.resolve("home"));
    }

    @Test
    void a_command_without_a_node_starts_one_that_ends_with_it() throws Exception {
        var status = vox.run("predict", "-t", "0", "-n", "2", "Once").expect(0);
        assertTrue(!status.out().isBlank(), status.out());
        long pid = Long.parseLong(Files.readString(lock()).lines().findFirst().orElseThrow());
        var process = ProcessHandle.of(pid);
        if (process.isPresent()) {
            process.get().onExit().get(60, TimeUnit.SECONDS);
        }
        vox.run("node", "status").expect(1);
        try (var _ = vox.node()) {
            assertTrue(vox.run("node", "status").expect(0).out().contains("false"));
        }
    }

    @Test
    void a_node_stops_cleanly_on_sigterm_and_on_command() throws Exception {
        assertEquals(0, vox.node().stop());
        assertTrue(Files.notExists(folder.resolve("home/run/node.sock")));
        var node = vox.node();
        vox.run("node", "stop").expect(0);
        assertTrue(node.process().waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, node.process().exitValue());
    }

    @Test
    void a_killed_node_can_be_started_again() throws Exception {
        var killed = vox.node();
        killed.process().descendants().forEach(ProcessHandle::destroyForcibly);
        killed.process().destroyForcibly().waitFor();
        try (var _ = vox.node()) {
            vox.run("predict", "-t", "0", "-n", "2", "Once").expect(0);
        }
    }

    @Test
    void two_homes_have_two_nodes_and_one_home_has_one() throws Exception {
        var other = new Vox(folder.resolve("other"));
        try (var _ = vox.node();
                var _ = other.node()) {
            assertNotEquals(
                    vox.run("node", "status").expect(0).out(),
                    other.run("node", "status").expect(0).out());
            var third = vox.run("node").expect(2);
            assertTrue(third.err().contains("vox/node/home-in-use"), third.err());
        }
    }

    @Test
    void a_home_is_closed_to_others_even_with_a_long_path() throws Exception {
        var deep = new Vox(folder.resolve("d".repeat(100)).resolve("home"));
        Files.createDirectories(deep.home().getParent());
        try (var _ = deep.node()) {
            deep.run("version").expect(0);
            assertEquals("rwx------", permissions(deep.home()));
            assertEquals("rwx------", permissions(deep.home().resolve("run")));
            assertEquals("rwx------", permissions(deep.home().resolve("deploy")));
            var socket = Path.of(Files.readString(deep.home().resolve("run/node.sock.path")));
            assertEquals("rw-------", permissions(socket));
            assertEquals("rwx------", permissions(socket.getParent()));
        }
    }

    private Path lock() {
        return folder.resolve("home/run/node.lock");
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
