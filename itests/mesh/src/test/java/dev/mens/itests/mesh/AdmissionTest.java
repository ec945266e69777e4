package dev.mens.itests.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// One node asks another for work; the other's policy decides.
@Timeout(120)
class AdmissionTest {
    @TempDir static Path folder;
    private static List<Sharer> nodes = List.of();
    private static Sharer asking;
    private static Sharer asked;

    @BeforeAll
    static void twoNodes() throws Exception {
        nodes = Sharer.mesh(folder, "a", "b");
        asking = nodes.get(0);
        asked = nodes.get(1);
    }

    @AfterAll
    static void end() {
        nodes.forEach(Sharer::close);
    }

    private static void policy(String text) throws IOException {
        var file = asked.node().home().resolve("etc/donations.vox");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static JsonNode decision(String kind, String... more)
            throws IOException, InterruptedException {
        var words = new ArrayList<>(List.of("policy", "check", "--peer", "b", "--kind", kind));
        words.addAll(List.of(more));
        return asking.node().json(words.toArray(String[]::new)).get("decisions").get(0);
    }

    private static void assertRefused(String reason, JsonNode decision) throws Exception {
        assertEquals(reason, decision.get("reason").asString());
        assertEquals(false, decision.get("admitted").asBoolean());
        var recorded = asked.log("admission").getLast();
        assertEquals(reason, recorded.get("reason").asString());
        assertEquals("refused", recorded.get("decision").asString());
        assertEquals(asking.key(), recorded.get("requester").asString());
    }

    @Test
    void a_peer_that_accepts_no_training_refuses_it() throws Exception {
        policy("let accepts_inference_workloads = true\nlet cuda_tier = 90\n");
        assertRefused("accepts_training_workloads is false", decision("train_qlora"));
    }

    @Test
    void a_peer_of_tier_50_refuses_work_for_tier_70() throws Exception {
        policy("let accepts_training_workloads = true\nlet cuda_tier = 50\n");
        assertRefused(
                "cuda_tier is 50, the work needs 70", decision("train_qlora", "--cuda-tier", "70"));
    }

    @Test
    void sensitive_training_data_need_both_flags() throws Exception {
        var training = "let accepts_training_workloads = true\nlet cuda_tier = 90\n";
        policy(training + "let accept_sensitive_workloads = true\n");
        assertRefused(
                "the data are sensitive, and accepts_sensitive_training_data is false",
                decision("train_qlora", "--sensitive"));
        policy(training + "let accepts_sensitive_training_data = true\n");
        assertRefused(
                "the data are sensitive, and accept_sensitive_workloads is false",
                decision("train_qlora", "--sensitive"));
    }

    @Test
    void sensitive_inference_needs_the_first_flag() throws Exception {
        policy("let accepts_inference_workloads = true\n");
        assertRefused(
                "the data are sensitive, and accept_sensitive_workloads is false",
                decision("text_infer", "--sensitive"));
        policy(
                "let accepts_inference_workloads = true\nlet accept_sensitive_workloads ="
                        + " true\n");
        assertTrue(decision("text_infer", "--sensitive").get("admitted").asBoolean());
    }

    @Test
    void an_unsound_policy_and_an_unknown_class_refuse_everything() throws Exception {
        policy("let accepts_inference_workloads = true\n");
        assertRefused(
                "the privacy class secret is unknown",
                decision("text_infer", "--privacy", "secret"));
        policy("let accepts_inference_workloads = true\nlet cuda_tier = lots\n");
        var decision = decision("text_infer");
        assertTrue(
                decision.get("reason").asString().startsWith("donations.vox is not sound"),
                decision.toString());
        assertEquals(3, asked.node().vox("policy", "check").code());
    }

    @Test
    void a_policy_that_cannot_be_read_refuses_everything_and_says_so() throws Exception {
        var file = asked.node().home().resolve("etc/donations.vox");
        Files.deleteIfExists(file);
        Files.createDirectories(file);
        try {
            var reason = decision("text_infer").get("reason").asString();
            assertTrue(reason.contains("so all is refused: it cannot be read"), reason);
            assertEquals(3, asked.node().vox("policy", "check").code());
            asked.node().vox("policy", "set", "cuda_tier", "75").expectProblem("vox/policy/");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void a_change_by_command_leaves_the_rest_of_the_file() throws Exception {
        policy("// mine\nlet   cuda_tier=1 // why\nlet unknown = [\"kept\"]\n");
        asked.run("policy", "set", "cuda_tier", "75");
        assertEquals(
                "// mine\nlet   cuda_tier=75 // why\nlet unknown = [\"kept\"]\n",
                Files.readString(asked.node().home().resolve("etc/donations.vox")));
        assertEquals(3, asked.node().vox("policy", "set", "cuda_tier", "many").code());
    }
}
