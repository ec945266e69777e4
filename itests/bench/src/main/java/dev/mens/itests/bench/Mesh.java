package dev.mens.itests.bench;

import dev.mens.crypto.hashes.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Nodes of the distribution on one machine: how fast a model goes from one to the other beside
/// what TLS and SHA3-512 allow, how fast the other's tokens arrive beside its own, what a transfer
/// costs a node that generates, and how much the owner sends when four pull at once.
///
/// * `-Dmodels=PATH` the model that generates
/// * `-Dbench.bytes=1000000000` of the model that is moved, whose weights are random
/// * `-Dbench.pairs=5`, `-Dbench.decode=128`
/// * `-Dbench.warmup=6144` tokens that each way of a stream carries before it is timed, so that its
///   code is compiled as in nodes that have served for a minute
/// * `-Dbench.parts=pulls,streams,yields,swarm` some of these, if all take too long
public final class Mesh {
    private static final int PAIRS = Integer.getInteger("bench.pairs", 5);
    private static final int TOKENS = Integer.getInteger("bench.decode", 128);
    private static final int WARM_UP = Integer.getInteger("bench.warmup", 6144);
    private static final int WARM_UP_STREAM = 512;
    private static final long BYTES = Long.getLong("bench.bytes", 1_000_000_000);
    private static final List<String> PARTS =
            List.of(System.getProperty("bench.parts", "pulls,streams,yields,swarm").split(",", -1));
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path home;
    private final Node owner;
    private final Node other;

    private Mesh(Path home, Node owner, Node other) {
        this.home = home;
        this.owner = owner;
        this.other = other;
    }

    public static void main(String[] none) throws IOException, InterruptedException {
        var home = Files.createTempDirectory("bench-mesh");
        try (var owner = Node.start(home.resolve("a"));
                var other = Node.start(home.resolve("b"))) {
            var mesh = new Mesh(home, owner, other);
            mesh.meet();
            mesh.run();
        }
        try (var files = Files.walk(home)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void run() throws IOException, InterruptedException {
        long bytes = push("freight", RandomModel.write(home.resolve("freight"), BYTES, 1));
        push("bench", Path.of(System.getProperty("models", "")));
        if (PARTS.contains("pulls")) {
            pulls(bytes);
        }
        if (PARTS.contains("streams")) {
            streams();
        }
        if (PARTS.contains("yields")) {
            yields();
        }
        if (PARTS.contains("swarm")) {
            swarm(bytes);
        }
    }

    private void meet() throws IOException, InterruptedException {
        owner.run(
                "mesh",
                "up",
                "--profile",
                "folder",
                "--folder",
                Files.createDirectories(home.resolve("meeting")).toString(),
                "--node",
                "a",
                "--bind",
                "127.0.0.1:0");
        owner.run("policy", "set", "accepts_inference_workloads", "true");
        join(other, "b");
    }

    private void join(Node node, String name) throws IOException, InterruptedException {
        var token = owner.json("mesh", "invite", "--json").get("token").asString();
        node.run("mesh", "join", "--node", name, "--bind", "127.0.0.1:0", token);
    }

    /// @return its size
    private long push(String name, Path source) throws IOException, InterruptedException {
        owner.run("model", "import", "--name", name, source.toString());
        long bytes = owner.json("model", "push", name, "--json").get("sizeBytes").asLong();
        awaitOffer(other, name);
        return bytes;
    }

    /// In each round all three, so that they see the same machine.
    private void pulls(long bytes) throws IOException, InterruptedException {
        var pull = new ArrayList<Double>();
        var tls = new ArrayList<Double>();
        var hash = new ArrayList<Double>();
        for (int round = 0; round < PAIRS; round++) {
            tls.add(new TlsRate().bytesPerSecond(bytes));
            hash.add(sha3(bytes));
            long begun = System.nanoTime();
            other.run("model", "pull", "freight");
            pull.add(bytes * 1e9 / (System.nanoTime() - begun));
            other.run("model", "rm", "freight");
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
        await(this::knowsBackend);
        var first = new ArrayList<Double>();
        var ratio = new ArrayList<Double>();
        // The first of each loads the model.
        for (int done = 0; done < WARM_UP; done += WARM_UP_STREAM) {
            Stream.of(owner, WARM_UP_STREAM);
            Stream.of(other, WARM_UP_STREAM);
        }
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

    /// The other generates with a model of its own, alone and while it pulls.
    private void yields() throws IOException, InterruptedException {
        other.run("model", "pull", "bench");
        Stream.of(other, TOKENS);
        var ratio = new ArrayList<Double>();
        for (int round = 0; round < PAIRS; round++) {
            var alone = Stream.of(other, TOKENS);
            long before = moved(other, "receivedBytes");
            var pull = other.begin("model", "pull", "freight");
            await(() -> moved(other, "receivedBytes") > before);
            var beside = Stream.of(other, TOKENS);
            if (!pull.isAlive()) {
                throw new IOException("the pull was over first: move more bytes");
            }
            ratio.add((double) alone.restNanos() / beside.restNanos());
            pull.waitFor();
            other.run("model", "rm", "freight");
        }
        System.out.printf(
                Locale.ROOT, "tokens beside a pull: ratio %.3f of alone%n", median(ratio));
    }

    private void swarm(long bytes) throws IOException, InterruptedException {
        var pulling = new ArrayList<>(List.of(other));
        try {
            for (var name : List.of("c", "d", "e")) {
                var node = Node.start(home.resolve(name));
                pulling.add(node);
                join(node, name);
            }
            for (var node : pulling) {
                awaitOffer(node, "freight");
            }
            long before = moved(owner, "sentBytes");
            long begun = System.nanoTime();
            var pulls = new ArrayList<Process>();
            for (var node : pulling) {
                pulls.add(node.begin("model", "pull", "freight"));
            }
            for (var pull : pulls) {
                if (pull.waitFor() != 0) {
                    throw new IOException("a pull failed");
                }
            }
            System.out.printf(
                    Locale.ROOT,
                    "four pulls at once: the owner sent %.2f copies, %.1f s%n",
                    (moved(owner, "sentBytes") - before) / (double) bytes,
                    (System.nanoTime() - begun) / 1e9);
        } finally {
            pulling.remove(other);
            pulling.forEach(Node::close);
        }
    }

    /// Bytes of chunks that have gone from a node, or have come.
    private static long moved(Node node, String way) throws IOException, InterruptedException {
        long sum = 0;
        for (var peer : node.json("model", "traffic", "--json")) {
            sum += peer.get(way).asLong();
        }
        return sum;
    }

    private static void awaitOffer(Node node, String model)
            throws IOException, InterruptedException {
        await(
                () -> {
                    for (var offer : node.json("model", "offers", "--json")) {
                        if (offer.get("name").asString().equals(model)) {
                            return true;
                        }
                    }
                    return false;
                });
    }

    /// Until the other node knows of the owner's backend.
    private boolean knowsBackend() throws IOException, InterruptedException {
        for (var backend : other.json("backend", "ls", "--json")) {
            if (backend.get("id").asString().startsWith("a-")) {
                return true;
            }
        }
        return false;
    }

    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    private static void await(Condition condition) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("it did not come about");
            }
        }
    }

    private static double median(List<Double> values) {
        var sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }
}
