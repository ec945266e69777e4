package dev.mens.content.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.content.store.TestNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills a process that imports, removes and collects, at random moments.
final class KilledImportTest {
    private static final int KILLS = Integer.getInteger("mens.kills", 20);

    @TempDir Path folder;

    @Test
    void a_kill_at_any_moment_loses_nothing_acknowledged_and_leaves_a_clean_store()
            throws Exception {
        var home = folder.resolve("home");
        sources();
        var random = new Random(4);
        int interrupted = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            var last = new HashMap<String, String>();
            for (var line : runAndKill(home, random.nextInt(2_000_000), random.nextLong())) {
                var words = line.split(" ");
                last.put(words[1], words[0]);
            }
            var node = new TestNode(home);
            assertEquals(List.of(), node.store.verifyAll((_, _, _) -> {}), "kill " + kill);
            var present = new HashSet<String>();
            node.store.list().forEach(model -> present.add(model.id().shortHex()));
            for (var id : last.keySet()) {
                switch (last.get(id)) {
                    case "added" -> assertTrue(present.contains(id), "lost " + id);
                    case "removed" -> assertTrue(!present.contains(id), "revived " + id);
                    default -> interrupted++;
                }
            }
        }
        assertTrue(interrupted > 0, "no kill hit an operation");
        var node = new TestNode(home);
        node.store.collect();
        assertEquals(List.of(), node.store.verifyAll((_, _, _) -> {}));
    }

    /// Starts {@link StoreVictim}, waits for its first line and then `spins`, kills it.
    private List<String> runAndKill(Path home, int spins, long seed)
            throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process =
                new ProcessBuilder(
                                java,
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                StoreVictim.class.getName(),
                                home.toString(),
                                folder.toString(),
                                Long.toString(seed))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (var out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            var lines = new ArrayList<String>();
            lines.add(out.readLine());
            int operations = spins % 12;
            for (int i = 0; i < operations; i++) {
                lines.add(out.readLine());
            }
            long until = System.nanoTime() + spins * 10L;
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            // Not through the process itself, which would also close the pipe.
            process.toHandle().destroyForcibly();
            process.waitFor();
            out.lines().forEach(lines::add);
            return lines;
        }
    }

    private void sources() throws IOException {
        for (int i = 0; i < StoreVictim.SOURCES; i++) {
            var model = Files.createDirectories(folder.resolve("source" + i));
            var weights = new byte[3_000_000];
            new Random(i).nextBytes(weights);
            Files.write(model.resolve("model.safetensors"), weights);
            Files.writeString(model.resolve("config.json"), "{}");
            Files.writeString(model.resolve("tokenizer.json"), "{}");
        }
    }
}
