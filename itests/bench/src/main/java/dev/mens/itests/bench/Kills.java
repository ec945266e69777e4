package dev.mens.itests.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/// Kills a node of the shipped distribution (`kill -9`) while it imports, removes and collects,
/// and looks after each kill whether the store is clean: `vox model verify --all`.
///
/// * `-Dbench.kills=200`
/// * `-Dbench.seed=1`
/// * `-Dbench.folder=target/kills`
public final class Kills {
    private static final int SOURCES = 3;
    private static final long SOURCE_BYTES = 64L << 20;

    /// Longer than an import of one source takes.
    private static final int LONGEST_MILLIS = 700;

    private final Path home;
    private final List<Path> sources;
    private final Random random = new Random(Long.getLong("bench.seed", 1));
    private final TreeMap<String, Integer> hit = new TreeMap<>();

    private Kills(Path home, List<Path> sources) {
        this.home = home;
        this.sources = sources;
    }

    @SuppressWarnings("SystemOut")
    public static void main(String[] none) throws IOException, InterruptedException {
        var folder = Path.of(System.getProperty("bench.folder", "target/kills")).toAbsolutePath();
        var sources = new ArrayList<Path>();
        for (int i = 0; i < SOURCES; i++) {
            sources.add(RandomModel.write(folder.resolve("source" + i), SOURCE_BYTES, i));
        }
        int kills = Integer.getInteger("bench.kills", 200);
        var bench = new Kills(folder.resolve("home"), sources);
        for (int kill = 0; kill < kills; kill++) {
            bench.kill();
        }
        try (var node = Node.start(folder.resolve("home"))) {
            node.run("model", "gc");
            node.run("model", "verify", "--all");
        }
        System.out.printf(
                "%d kills, the store was clean after each; they hit %s%n", kills, bench.hit);
    }

    /// @throws IOException if the store is not clean, which makes `verify` fail
    private void kill() throws IOException, InterruptedException {
        try (var node = Node.start(home)) {
            node.run("model", "verify", "--all");
            var command = command();
            var running = Thread.ofVirtual().start(() -> untilKilled(node, command));
            Thread.sleep(random.nextInt(LONGEST_MILLIS));
            if (running.isAlive()) {
                hit.merge(command[1], 1, Integer::sum);
            }
            node.kill();
            running.join();
        }
    }

    private String[] command() {
        int source = random.nextInt(SOURCES);
        return switch (random.nextInt(6)) {
            case 0, 1 -> new String[] {"model", "import", sources.get(source).toString()};
            case 2 ->
                    new String[] {
                        "model", "import", "--quantize", "q8_0", sources.get(source).toString()
                    };
            case 3, 4 -> new String[] {"model", "rm", "source" + source};
            default -> new String[] {"model", "gc"};
        };
    }

    private static void untilKilled(Node node, String[] command) {
        try {
            node.run(command);
        } catch (IOException killedOrNothingToRemove) {
            return;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
