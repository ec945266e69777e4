package dev.mens.itests.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Three nodes of the distribution in one mesh that have nothing to do: what they cost, and whether
/// anything of theirs on the disk grows.
///
/// * `-Dbench.minutes=10`
public final class Idle {
    private static final int NODES = 3;
    private static final Duration SETTLED = Duration.ofSeconds(30);

    private Idle() {}

    /// @param cpu seconds
    /// @param bytes in the node's folder
    private record Sample(double cpu, long bytes) {
        static Sample of(Node node) {
            var handle = ProcessHandle.of(node.pid()).orElseThrow();
            var cpu = handle.info().totalCpuDuration().orElseThrow();
            return new Sample(cpu.toNanos() / 1e9, size(node.home()));
        }
    }

    public static void main(String[] none) throws IOException, InterruptedException {
        int minutes = Integer.getInteger("bench.minutes", 10);
        var home = Files.createTempDirectory("bench-idle");
        var nodes = new ArrayList<Node>();
        try {
            for (int i = 0; i < NODES; i++) {
                nodes.add(Node.start(home.resolve("" + i)));
            }
            meet(nodes);
            Thread.sleep(SETTLED);
            measure(nodes, Duration.ofMinutes(minutes));
        } finally {
            nodes.forEach(Node::close);
        }
    }

    private static void meet(List<Node> nodes) throws IOException, InterruptedException {
        var first = nodes.getFirst();
        first.run("mesh", "up", "--profile", "static", "--node", "n0", "--bind", "127.0.0.1:0");
        for (int i = 1; i < NODES; i++) {
            var token = first.json("mesh", "invite", "--json").get("token").asString();
            nodes.get(i).run("mesh", "join", "--node", "n" + i, "--bind", "127.0.0.1:0", token);
        }
        for (var node : nodes) {
            // An entry of each, so that the log is in use.
            node.run("model", "ls");
        }
    }

    private static void measure(List<Node> nodes, Duration window)
            throws IOException, InterruptedException {
        var before = nodes.stream().map(Sample::of).toList();
        long begun = System.nanoTime();
        Thread.sleep(window);
        double seconds = (System.nanoTime() - begun) / 1e9;
        for (int i = 0; i < NODES; i++) {
            var after = Sample.of(nodes.get(i));
            System.out.printf(
                    Locale.ROOT,
                    "node %d: %.2f %% of a core over %.0f s; its folder grew by %d bytes%n",
                    i,
                    100 * (after.cpu() - before.get(i).cpu()) / seconds,
                    seconds,
                    after.bytes() - before.get(i).bytes());
            int present = nodes.get(i).json("mesh", "peers", "--json").size();
            if (present != NODES) {
                throw new IOException("node " + i + " sees " + present + " in the mesh");
            }
        }
    }

    private static long size(Path folder) {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).mapToLong(Idle::bytes).sum();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// A file that goes meanwhile counts nothing.
    private static long bytes(Path file) {
        try {
            return Files.size(file);
        } catch (IOException gone) {
            return 0;
        }
    }
}
