package dev.mens.itests.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Models that go from node to node.
@Timeout(300)
class SharedModelsTest {

    /// A few in each build; the whole number with `-Dmens.kills=20`.
    private static final int KILLS = Integer.getInteger("mens.kills", 3);

    @TempDir Path folder;
    private List<Sharer> nodes = List.of();

    private List<Sharer> mesh(String... names) throws Exception {
        nodes = Sharer.mesh(folder, names);
        return nodes;
    }

    @AfterEach
    void end() {
        nodes.forEach(Sharer::close);
    }

    /// Imports a model of about so many megabytes on a node, and lets all have it.
    private void push(Sharer node, String name, int megabytes)
            throws IOException, InterruptedException {
        var made = new RandomModel(512, 512 * 4, Math.max(1, megabytes / 8), 7);
        var source = made.write(folder.resolve("source-" + name), Sharer.SHIPPED);
        node.run("model", "import", "--name", name, source.toString());
        node.run("model", "push", name);
    }

    @Test
    void a_model_goes_from_one_to_the_other_and_serves_a_third_after_its_owner_died()
            throws Exception {
        var mesh = mesh("a", "b", "c");
        var a = mesh.get(0);
        var b = mesh.get(1);
        var c = mesh.get(2);
        a.run(
                "model",
                "import",
                "--quantize",
                "q8_0",
                "--name",
                "story",
                Sharer.SHIPPED.toString());
        a.run("model", "push", "story");
        b.awaitOffer("story");
        b.run("model", "pull", "story");
        var here = a.predict("story", 60, "Once upon a time");
        assertEquals(here, b.predict("story", 60, "Once upon a time"));
        b.run("policy", "set", "accepts_inference_workloads", "true");
        c.awaitBackendOf(b);
        assertEquals(here, c.predict("story", 60, "Once upon a time"));
        var plan = c.run("predict", "--dry-run", "-m", "story", "x");
        assertTrue(plan.startsWith("RUNS ") && plan.contains("b has the model"), plan);
        // What b did for c is known to all.
        Await.until(
                Await.PATIENCE,
                () -> a.peer("b"),
                row ->
                        row.get("kudos").toString().contains("cpu_compute_ms ")
                                && row.get("reputation").asDouble() > 0.5);
        a.node().kill();
        c.run("model", "pull", "story");
        c.run("model", "verify", "story");
        assertEquals(here, c.predict("story", 60, "Once upon a time"));
    }

    @Test
    void a_puller_that_is_killed_again_and_again_fetches_no_verified_chunk_twice()
            throws Exception {
        var mesh = mesh("a", "b");
        var a = mesh.get(0);
        var b = mesh.get(1);
        push(a, "large", 96);
        b.awaitOffer("large");
        var random = new Random(1);
        for (int kill = 0; kill < KILLS; kill++) {
            long before = a.sentBytes();
            var pulling = b.node().background("model", "pull", "large");
            long enough = before + random.nextLong(24 << 20);
            Await.until(Await.PATIENCE, a::sentBytes, sent -> sent > enough || !pulling.isAlive());
            b.node().kill();
            pulling.waitFor();
            b.restart();
            b.awaitOffer("large");
        }
        b.run("model", "pull", "large");
        b.run("model", "verify", "large");
        long bytes = bytes(a, "large");
        // What was under way at a kill was not verified: a window of 8 MiB, and what the network
        // held.
        long most = bytes + KILLS * (16L << 20);
        long sent = a.sentBytes();
        assertTrue(sent <= most, sent + " bytes were sent for " + bytes);
    }

    @Test
    void a_pull_that_is_given_up_goes_on_where_it_was_when_copies_are_wanted() throws Exception {
        var mesh = mesh("a", "b");
        var a = mesh.get(0);
        var b = mesh.get(1);
        push(a, "large", 192);
        b.awaitOffer("large");
        var pulling = b.node().background("model", "pull", "large");
        Await.until(Await.PATIENCE, a::sentBytes, sent -> sent > 16 << 20);
        pulling.destroy();
        pulling.waitFor();
        b.node().vox("model", "verify", "large").expectProblem("vox/store/no-such-bundle");
        var copies = a.node().json("model", "replicate", "--copies", "2", "large");
        assertEquals("[\"b\"]", copies.get("peers").toString());
        a.node()
                .vox("model", "replicate", "--copies", "3", "large")
                .expectProblem("vox/transfer/too-few-copies");
        var pulled = b.node().json("model", "pull", "large");
        b.run("model", "verify", "large");
        assertEquals("large", pulled.get("name").asString());
        assertEquals(a.key(), pulled.get("signer").asString());
        long bytes = pulled.get("sizeBytes").asLong();
        assertEquals(bytes(a, "large"), bytes);
        // What was under way was not verified.
        assertTrue(a.sentBytes() <= bytes + (16 << 20), a.sentBytes() + " for " + bytes);
    }

    @Test
    void a_flipped_byte_is_refused_fetched_elsewhere_and_its_holder_named() throws Exception {
        var mesh = mesh("a", "b", "c");
        var a = mesh.get(0);
        var b = mesh.get(1);
        var c = mesh.get(2);
        push(a, "large", 32);
        b.awaitOffer("large");
        b.run("model", "pull", "large");
        damage(a);
        c.awaitOffer("large");
        c.run("model", "pull", "large");
        c.run("model", "verify", "large");
        var blames = c.log("blame");
        assertEquals(1, blames.size());
        assertEquals(a.key(), blames.getFirst().get("peer").asString());
        assertEquals("corrupt-chunk", blames.getFirst().get("fault").asString());
        assertTrue(c.peer("a").get("reputation").asDouble() < 0.5);
        assertTrue(
                c.node()
                        .log()
                        .lines()
                        .anyMatch(
                                line ->
                                        line.matches(
                                                ".*: a \\([0-9a-f]{64}\\) sent a corrupt .*")));
    }

    @Test
    void four_that_pull_at_once_cost_the_owner_about_one_copy() throws Exception {
        var mesh = mesh("a", "b", "c", "d", "e");
        var a = mesh.getFirst();
        push(a, "large", 192);
        var pulling = mesh.subList(1, 5);
        for (var node : pulling) {
            node.awaitOffer("large");
        }
        try (var together = Executors.newVirtualThreadPerTaskExecutor()) {
            var pulls = new ArrayList<Callable<String>>();
            pulling.forEach(node -> pulls.add(() -> node.run("model", "pull", "large")));
            for (var pull : together.invokeAll(pulls)) {
                pull.get();
            }
        }
        double copies = (double) a.sentBytes() / bytes(a, "large");
        assertTrue(copies <= 1.3, copies + " copies");
    }

    @Test
    void small_models_are_kept_on_as_many_peers_as_wanted_and_survive_the_loss_of_some()
            throws Exception {
        var mesh = mesh("a", "b", "c", "d");
        var a = mesh.getFirst();
        push(a, "small", 8);
        assertEquals(1, a.node().json("model", "push", "small").get("peers").size());
        var config = Files.createDirectories(a.node().home().resolve("config"));
        Files.writeString(config.resolve("dev.mens.transfer.MeshSharing.cfg"), "copies=3\n");
        var holders = awaitHolders(a, "small", 2);
        a.node().kill();
        mesh.stream()
                .filter(node -> node.name().equals(holders.getFirst()))
                .findFirst()
                .orElseThrow()
                .node()
                .kill();
        var last =
                mesh.stream()
                        .filter(node -> !node.equals(a) && !holders.contains(node.name()))
                        .findFirst()
                        .orElseThrow();
        last.run("model", "pull", "small");
        last.run("model", "verify", "small");
    }

    /// Until so many others have a node's model.
    private static List<String> awaitHolders(Sharer node, String model, int count)
            throws Exception {
        var holders = new ArrayList<String>();
        Await.until(
                Await.PATIENCE,
                () -> node.node().json("model", "offers"),
                offers -> {
                    holders.clear();
                    Sharer.rows(offers)
                            .filter(offer -> offer.get("name").asString().equals(model))
                            .flatMap(offer -> Sharer.rows(offer.get("peers")))
                            .forEach(peer -> holders.add(peer.asString()));
                    return holders.size() >= count;
                });
        return holders;
    }

    private static long bytes(Sharer node, String model) throws IOException, InterruptedException {
        return node.node().json("model", "push", model).get("sizeBytes").asLong();
    }

    /// Turns a bit in each of the first chunks of the largest object.
    private static void damage(Sharer node) throws IOException {
        Path largest;
        try (var files = Files.walk(node.node().home().resolve("store/objects"))) {
            largest =
                    files.filter(Files::isRegularFile)
                            .max((x, y) -> Long.compare(x.toFile().length(), y.toFile().length()))
                            .orElseThrow();
        }
        try (var file = new RandomAccessFile(largest.toFile(), "rw")) {
            for (long at = 5000; at < file.length(); at += 1 << 20) {
                file.seek(at);
                int byteThere = file.read();
                file.seek(at);
                file.write(byteThere ^ 1);
            }
        }
    }
}
