package dev.mens.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.mens.console.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SeedsTest {
    @TempDir Path folder;
    private Installation installation;
    private Home home;
    private Path offered;
    private Path sown;

    @BeforeEach
    void install() throws IOException {
        installation = new Installation(folder.resolve("dist"));
        home = new Home(folder.resolve("home"));
        home.create();
        offered = installation.folder().resolve("repository/g/cpu/1/cpu-1.jar");
        sown = home.deploy().resolve("cpu.jar");
        Files.createDirectories(offered.getParent());
        Files.createDirectories(installation.folder().resolve("features"));
        Files.writeString(
                installation.folder().resolve("features/backends.json"),
                "{\"bundles\":[{\"id\":\"g:cpu:1\"}]}");
        offer("first");
    }

    @Test
    void a_new_home_gets_the_backends() throws IOException {
        sow();
        assertEquals("first", Files.readString(sown));
    }

    @Test
    void an_untouched_backend_follows_the_distribution() throws IOException {
        sow();
        offer("second");
        sow();
        assertEquals("second", Files.readString(sown));
    }

    @Test
    void a_removed_backend_stays_away() throws IOException {
        sow();
        Files.delete(sown);
        offer("second");
        sow();
        assertFalse(Files.exists(sown));
    }

    @Test
    void a_replaced_backend_stays_replaced() throws IOException {
        sow();
        Files.writeString(sown, "mine");
        offer("second");
        sow();
        sow();
        assertEquals("mine", Files.readString(sown));
    }

    @Test
    void what_the_distribution_no_longer_has_goes() throws IOException {
        sow();
        Files.writeString(
                installation.folder().resolve("features/backends.json"), "{\"bundles\":[]}");
        sow();
        assertFalse(Files.exists(sown));
    }

    private void offer(String content) throws IOException {
        Files.writeString(offered, content);
    }

    private void sow() throws IOException {
        new Seeds(installation, home).sow();
    }
}
