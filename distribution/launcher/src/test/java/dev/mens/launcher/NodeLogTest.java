package dev.mens.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeLogTest {
    @TempDir Path folder;

    @Test
    void a_full_log_is_put_aside_and_the_oldest_goes() throws IOException {
        var file = folder.resolve("node.log");
        var log = new NodeLog(file, 200);
        for (int i = 0; i < 100; i++) {
            log.publish(new LogRecord(Level.INFO, "event " + i));
        }
        log.close();
        assertTrue(Files.readString(file).contains("event 99"));
        try (var files = Files.list(folder)) {
            var all = files.toList();
            assertEquals(5, all.size());
            for (var one : all) {
                assertTrue(Files.size(one) <= 200, one::toString);
            }
        }
    }
}
