package dev.mens.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SurroundingsTest {
    @TempDir Path home;

    @Test
    void a_backend_that_was_taken_out_of_the_deploy_folder_is_named() throws Exception {
        Files.createDirectory(home.resolve("run"));
        Files.createDirectory(home.resolve("state"));
        Files.createFile(Files.createDirectory(home.resolve("deploy")).resolve("kept.jar"));
        Files.writeString(home.resolve("state/seeded.properties"), "kept.jar=1-1\ntaken.jar=2-2\n");
        var notes =
                Surroundings.of(home).checks().stream()
                        .filter(check -> check.what().equals("deploy folder"))
                        .map(DoctorCommand.Check::found)
                        .toList();
        assertEquals(List.of("taken.jar was taken out"), notes);
    }
}
