package dev.mens.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HomeTest {
    @TempDir Path folder;

    @Test
    void the_default_lies_in_the_users_home() {
        assertEquals(Path.of("/home/ada/.mens"), Home.of(null, "/home/ada").folder());
        assertEquals(Path.of("/home/ada/.mens"), Home.of("", "/home/ada").folder());
        assertEquals(Path.of("/srv/mens"), Home.of("/srv/x/../mens", "/home/ada").folder());
    }

    @Test
    void its_folders_are_closed_to_others_even_if_they_were_open() throws IOException {
        var home = new Home(folder.resolve("new"));
        Files.createDirectories(home.run());
        Files.setPosixFilePermissions(home.run(), PosixFilePermissions.fromString("rwxrwxrwx"));
        home.create();
        for (var path : new Path[] {home.folder(), home.run(), home.deploy(), home.log()}) {
            assertEquals(
                    "rwx------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        }
    }

    @Test
    void a_long_path_has_its_socket_elsewhere() throws IOException {
        assertFalse(new Home(Path.of("/home/ada/.mens")).needsShortSocket());
        var home = new Home(folder.resolve("x".repeat(120)));
        assertTrue(home.needsShortSocket());
        home.create();
        Files.writeString(home.socketNote(), "/tmp/short.sock\n");
        assertEquals(Path.of("/tmp/short.sock"), home.findSocket());
    }
}
