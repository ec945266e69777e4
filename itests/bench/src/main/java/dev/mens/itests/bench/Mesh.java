package dev.mens.itests.bench;

import dev.mens.crypto.hashes.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// Two nodes of the distribution on one machine: how fast a model goes from one to the other beside
/// what TLS and SHA3-512 allow, and how fast the other's tokens arrive beside its own.
///
/// * `-Dmodels=PATH` the model, for instance a HuggingFace folder of a gigabyte
/// * `-Dbench.pairs=5`, `-Dbench.decode=128`
public final class Mesh {
    private static final int PAIRS = Integer.getInteger("bench.pairs", 5);
    private static final int TOKENS = Integer.getInteger("bench.decode", 128);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Node owner;
    private final Node other;

    private Mesh(Node owner, Node other) {
        this.owner = owner;
        this.other = other;
    }

    public static void main(String[] none) throws IOException, InterruptedException {
        var home = Files.createTempDirectory("bench-mesh");
        try (var owner = Node.start(home.resolve("a"));
                var other = Node.start(home.resolve("b"))) {
            var mesh = new Mesh(owner, other);
            mesh.meet(Files.createDirectories(home.resolve("meeting")));
            owner.run("model", "import", "--name", "bench", System.getProperty("models", ""));
            var pushed = owner.json("model", "push", "bench", "--json");
            mesh.pulls(pushed.get("sizeBytes").asLong());
            mesh.streams();
        }
    }

    private void meet(Path folder) throws IOException, InterruptedException {
        owner.run(
                "mesh",
                "up",
                "--profile",
                "folder",
                "--folder",
                folder.toString(),
                "--node",
                "a",
                "--bind",
                "127.0.0.1:0");
        var token = owner.json("mesh", "invite", "--json").get("token").asString();
        other.run("mesh", "join", "--node", "b", "--bind", "127.0.0.1:0", token);
        owner.run("policy", "set", "accepts_inference_workloads", "true");
    }

    /// In each round all three, so that they see the same machine.
    private void pulls(long bytes) throws IOException, InterruptedException {
        await("model", "offers");
        var pull = new ArrayList<Double>();
        var tls = new ArrayList<Double>();
        var hash = new ArrayList<Double>();
        for (int round = 0; round < PAIRS; round++) {
            tls.add(new TlsRate().bytesPerSecond(bytes));
            hash.add(sha3(bytes));
            long begun = System.nanoTime();
            other.run("model", "pull", "bench");
            pull.add(bytes * 1e9 / (System.nanoTime() - begun));
            other.run("model", "rm", "bench");
        }
        double bound = Math.min(median(tls), median(hash));
        System.out.printf(
                Locale.ROOT,
                "pull %.0f MB/s, TLS %.0f MB/s, SHA3-512 %.0f MB/s: ratio %.2f%n",
                median(pull) / 1e6,
                median(tls) / 1e6,
                median(hash) / 1e6,
                median(pull) / bound);
    }

    private static double sha3(long bytes) {
        var block = new byte[1 << 20];
        var hasher = new Hashes().sha3();
        long begun = System.nanoTime();
        for (long done = 0; done < bytes; done += block.length) {
            hasher.update(block, 0, block.length);
        }
        var _ = hasher.digest();
        return bytes * 1e9 / (System.nanoTime() - begun);
    }

    private void streams() throws IOException, InterruptedException {
        await("backend", "ls");
        var first = new ArrayList<Double>();
        var ratio = new ArrayList<Double>();
        // The first of each loads the model.
        Stream.of(owner, TOKENS);
        Stream.of(other, TOKENS);
        for (int round = 0; round < PAIRS; round++) {
            var local = Stream.of(owner, TOKENS);
            var remote = Stream.of(other, TOKENS);
            first.add((remote.firstNanos() - local.firstNanos()) / 1e6);
            ratio.add((double) local.restNanos() / remote.restNanos());
        }
        System.out.printf(
                Locale.ROOT,
                "remote stream: ratio %.3f of the local rate, first token %.1f ms later%n",
                median(ratio),
                median(first));
    }

    /// One answer as its reader sees it.
    private record Stream(long firstNanos, long restNanos) {
        static Stream of(Node node, int tokens) throws IOException {
            long begun = System.nanoTime();
            var process =
                    node.begin("predict", "-m", "bench", "-t", "0", "-n", "" + tokens, "Once");
            try (var text = process.getInputStream()) {
                if (text.read() < 0) {
                    throw new IOException("no answer");
                }
                long first = System.nanoTime();
                var _ = text.readAllBytes();
                return new Stream(first - begun, System.nanoTime() - first);
            }
        }
    }

    /// Until the other node knows of the owner's model, or backend.
    private void await(String noun, String verb) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!knows(other.json(noun, verb, "--json"))) {
            if (System.nanoTime() > deadline) {
                throw new IOException("nothing in " + noun + " " + verb);
            }
        }
    }

    private static boolean knows(JsonNode rows) {
        for (var row : rows) {
            boolean remote = row.has("peers") || row.get("id").asString().startsWith("a-");
            if (remote) {
                return true;
            }
        }
        return false;
    }

    private static double median(List<Double> values) {
        var sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }
}
