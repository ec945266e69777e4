package dev.mens.itests.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A node that shares models and work, with the commands for that.
record Sharer(MeshNode node) implements AutoCloseable {
    /// The model that comes with the distribution.
    static final Path SHIPPED = Path.of(System.getProperty("mens.dist"), "models", "tinytales");

    /// Nodes of one mesh, which meet in a folder and were admitted by invitation.
    static List<Sharer> mesh(Path folder, String... names) throws Exception {
        var meeting = Files.createDirectories(folder.resolve("meeting")).toString();
        var sharers = new ArrayList<Sharer>();
        for (var name : names) {
            var sharer = new Sharer(MeshNode.start(folder, name));
            sharers.add(sharer);
            if (sharers.size() == 1) {
                sharer.run(
                        "mesh",
                        "up",
                        "--profile",
                        "folder",
                        "--folder",
                        meeting,
                        "--node",
                        name,
                        "--bind",
                        "127.0.0.1:0");
            } else {
                var token = sharers.getFirst().node().invite();
                sharer.run("mesh", "join", "--node", name, "--bind", "127.0.0.1:0", token);
            }
        }
        for (var sharer : sharers) {
            Await.until(
                    Await.PATIENCE, sharer.node()::peers, peers -> peers.size() == names.length);
        }
        return sharers;
    }

    String name() {
        return node.name();
    }

    /// What a command printed that must succeed.
    String run(String... words) throws IOException, InterruptedException {
        var result = node.vox(words);
        assertEquals(0, result.code(), () -> result.out() + "\n" + result.err());
        return result.out();
    }

    String predict(String model, int tokens, String prompt)
            throws IOException, InterruptedException {
        return run("predict", "-m", model, "-t", "0", "-n", "" + tokens, prompt);
    }

    /// Bytes of chunks that it has sent since it started.
    long sentBytes() throws IOException, InterruptedException {
        return rows(node.json("model", "traffic"))
                .mapToLong(peer -> peer.get("sentBytes").asLong())
                .sum();
    }

    /// Entries of the op-log of one kind, as they are known here.
    List<JsonNode> log(String kind) throws IOException, InterruptedException {
        return run("log", "tail", "-n", "10000", "--json")
                .lines()
                .map(JsonMapper.shared()::readTree)
                .filter(entry -> entry.get("kind").asString().equals(kind))
                .map(entry -> entry.get("op"))
                .toList();
    }

    String key() throws IOException, InterruptedException {
        return node.json("mesh", "status").get("key").asString();
    }

    /// The row of a peer in `vox mesh peers`.
    JsonNode peer(String name) throws IOException, InterruptedException {
        return rows(node.json("mesh", "peers"))
                .filter(row -> row.get("name").asString().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no peer " + name));
    }

    void awaitOffer(String model) throws Exception {
        Await.until(
                Await.PATIENCE,
                () -> node.json("model", "offers"),
                offers ->
                        rows(offers)
                                .anyMatch(
                                        offer ->
                                                offer.get("name").asString().equals(model)
                                                        && !offer.get("peers").isEmpty()));
    }

    void awaitBackendOf(Sharer peer) throws Exception {
        Await.until(
                Await.PATIENCE,
                () -> node.json("backend", "ls"),
                backends -> rows(backends).anyMatch(backend -> isOf(backend, peer)));
    }

    static boolean isOf(JsonNode backend, Sharer peer) {
        return backend.get("id").asString().startsWith(peer.name() + "-");
    }

    static Stream<JsonNode> rows(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    /// After a kill: the same node, back in its mesh.
    void restart() throws Exception {
        node.start();
        Await.until(
                Await.PATIENCE,
                () -> node.json("mesh", "status"),
                status -> status.get("up").asBoolean());
    }

    @Override
    public void close() {
        node.close();
    }
}
