package dev.mens.itests.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Prompts of a node that has no model, answered by two that have.
@Timeout(300)
class RemoteInferenceTest {
    private static final int TOKENS = 200;

    @TempDir Path folder;
    private List<Sharer> nodes = List.of();
    private Sharer asking;

    @BeforeEach
    void twoServeAndOneAsks() throws Exception {
        nodes = Sharer.mesh(folder, "a", "b", "c");
        asking = nodes.get(2);
        var source =
                new RandomModel(512, 1408, 14, 3).write(folder.resolve("source"), Sharer.SHIPPED);
        nodes.get(0).run("model", "import", "--name", "big", source.toString());
        nodes.get(0).run("model", "push", "big");
        nodes.get(1).awaitOffer("big");
        nodes.get(1).run("model", "pull", "big");
        for (var serving : nodes.subList(0, 2)) {
            serving.run("policy", "set", "accepts_inference_workloads", "true");
            asking.awaitBackendOf(serving);
        }
        asking.awaitOffer("big");
    }

    @AfterEach
    void end() {
        nodes.forEach(Sharer::close);
    }

    private static String prompt(int stream) {
        return "Story number " + stream;
    }

    private Process begin(int stream) throws IOException {
        return asking.node()
                .background("predict", "-m", "big", "-t", "0", "-n", "" + TOKENS, prompt(stream));
    }

    private static String rest(Process answer) throws IOException {
        return new String(answer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private String complaints() throws IOException {
        return Files.readString(asking.node().complaints());
    }

    private Sharer serving() throws IOException, InterruptedException {
        for (var backend : asking.node().json("backend", "ls")) {
            for (var node : nodes.subList(0, 2)) {
                if (Sharer.isOf(backend, node) && backend.get("streams").asInt() > 0) {
                    return node;
                }
            }
        }
        throw new AssertionError("nobody serves");
    }

    @Test
    void eight_streams_survive_the_death_of_the_peer_that_serves_them() throws Exception {
        var expected = new ArrayList<String>();
        for (int stream = 0; stream < 8; stream++) {
            expected.add(nodes.get(1).predict("big", TOKENS, prompt(stream)));
        }
        var answers = new ArrayList<Process>();
        var begun = new ArrayList<String>();
        for (int stream = 0; stream < 8; stream++) {
            answers.add(begin(stream));
        }
        for (var answer : answers) {
            begun.add(Character.toString(answer.getInputStream().read()));
        }
        var victim = serving();
        victim.node().kill();
        for (int stream = 0; stream < 8; stream++) {
            var text = begun.get(stream) + rest(answers.get(stream));
            assertEquals(expected.get(stream), text, complaints());
            assertEquals(0, answers.get(stream).waitFor());
        }
        var log = asking.node().log();
        assertTrue(log.contains("moved from backend " + victim.name() + "-"), log);
    }

    @Test
    void a_peer_that_hangs_is_left_within_three_seconds_and_the_answer_is_whole() throws Exception {
        // Both have the model in memory: nothing but the leaving takes time.
        var expected = nodes.get(0).predict("big", TOKENS, prompt(0));
        assertEquals(expected, nodes.get(1).predict("big", TOKENS, prompt(0)));
        var answer = begin(0);
        var first = Character.toString(answer.getInputStream().read());
        var victim = serving();
        var frozen = LocalDateTime.now(ZoneId.systemDefault());
        victim.node().pause();
        try {
            assertEquals(expected, first + rest(answer), complaints());
            var moved = asking.node().logged("moved from backend " + victim.name() + "-");
            var pause = Duration.between(frozen, moved);
            assertTrue(pause.toMillis() < 3000, "left after " + pause);
            var plan = asking.run("predict", "--dry-run", "-m", "big", "x");
            assertTrue(plan.contains("lost") || !plan.contains(victim.name() + "-"), plan);
        } finally {
            victim.node().resume();
        }
    }

    @Test
    void a_slow_peer_is_not_chosen_twice() throws Exception {
        int streams = 6;
        var slow = nodes.get(0);
        try (var _ = slow.node().slowed()) {
            for (int stream = 0; stream < streams; stream++) {
                asking.predict("big", 20, prompt(stream));
            }
        }
        // The asking node thanks whoever answered, once for each answer.
        var thanked =
                Await.until(
                        Await.PATIENCE,
                        () -> asking.log("kudos"),
                        entries -> entries.size() == streams);
        var key = slow.key();
        long bySlow =
                thanked.stream().filter(entry -> entry.get("to").asString().equals(key)).count();
        assertEquals(1, bySlow);
    }
}
