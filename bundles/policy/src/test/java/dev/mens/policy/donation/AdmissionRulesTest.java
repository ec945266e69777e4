package dev.mens.policy.donation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mens.compute.HardwareReport;
import dev.mens.compute.HardwareReport.Accelerator;
import dev.mens.compute.HardwareReport.Processor;
import dev.mens.mesh.Donations;
import dev.mens.mesh.PeerId;
import dev.mens.mesh.TaskKind;
import dev.mens.mesh.Workload;
import dev.mens.policy.donation.DonationsText.SyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmissionRulesTest {
    private static final PeerId PEER = new PeerId("ab".repeat(32));
    private static final String ADMITTED = "";

    /// What a request asks for; the rest is ordinary.
    private TaskKind kind = TaskKind.TEXT_INFER;

    private int cudaTier;
    private int metalTier;
    private long acceleratorBytes;
    private long memoryBytes;
    private String privacy = "paired-peers-only";
    private boolean sensitive;
    private boolean nsfw;
    private String scope = "";
    private int priority;
    private int replicas = 1;
    private Duration longest = Duration.ZERO;
    private int running;
    private int probedTier = 80;

    private String objection(String policy) {
        return objection(state(policy));
    }

    private String objection(Donations.State state) {
        var work =
                new Workload(
                        kind,
                        PEER,
                        cudaTier,
                        metalTier,
                        acceleratorBytes,
                        memoryBytes,
                        privacy,
                        sensitive,
                        nsfw,
                        scope,
                        priority,
                        replicas,
                        longest);
        var hardware =
                new HardwareReport(
                        Instant.EPOCH,
                        new Processor("a processor", "amd64", 2, 100L << 30, List.of()),
                        List.of(new Accelerator("cuda", "a card", 16L << 30, "1", probedTier)),
                        probedTier,
                        0,
                        List.of());
        return new AdmissionRules(state, hardware, "home", running)
                .objection(work)
                .orElse(ADMITTED);
    }

    private static Donations.State state(String policy) {
        try {
            var reading = new PolicyReader(DonationsText.parse(policy)).read();
            assertEquals(List.of(), reading.faults());
            return new Donations.Sound(reading.policy(), "", policy, List.of());
        } catch (SyntaxException fault) {
            throw new AssertionError(fault);
        }
    }

    private static final String INFERENCE = "let accepts_inference_workloads = true\n";
    private static final String TRAINING =
            "let accepts_training_workloads = true\nlet cuda_tier = 80\n";

    @Test
    void a_peer_that_accepts_no_training_refuses_it() {
        kind = TaskKind.TRAIN_QLORA;
        assertEquals(
                "accepts_training_workloads is false",
                objection(INFERENCE + "let cuda_tier = 80\n"));
        assertEquals(ADMITTED, objection(TRAINING));
    }

    @Test
    void a_tier_of_50_refuses_work_for_70() {
        kind = TaskKind.TRAIN_QLORA;
        cudaTier = 70;
        assertEquals(
                "cuda_tier is 50, the work needs 70",
                objection("let accepts_training_workloads = true\nlet cuda_tier = 50\n"));
        assertEquals(ADMITTED, objection(TRAINING));
    }

    @Test
    void sensitive_training_needs_both_flags() {
        kind = TaskKind.TRAIN_QLORA;
        sensitive = true;
        var workloads = "let accept_sensitive_workloads = true\n";
        var training = "let accepts_sensitive_training_data = true\n";
        assertEquals(
                "the data are sensitive, and accept_sensitive_workloads is false",
                objection(TRAINING + training));
        assertEquals(
                "the data are sensitive, and accepts_sensitive_training_data is false",
                objection(TRAINING + workloads));
        assertEquals(ADMITTED, objection(TRAINING + workloads + training));
    }

    @Test
    void sensitive_inference_needs_the_first_flag_only() {
        sensitive = true;
        assertEquals(
                "the data are sensitive, and accept_sensitive_workloads is false",
                objection(INFERENCE));
        assertEquals(ADMITTED, objection(INFERENCE + "let accept_sensitive_workloads = true\n"));
    }

    @Test
    void a_policy_cannot_donate_what_no_probe_found() {
        kind = TaskKind.TRAIN_QLORA;
        cudaTier = 70;
        probedTier = 40;
        assertEquals("the probe found a cuda_tier of 40, the work needs 70", objection(TRAINING));
    }

    @Test
    void training_needs_cuda_even_if_it_asks_for_none() {
        kind = TaskKind.TRAIN_QLORA;
        assertEquals(
                "cuda_tier is 0, the work needs 1",
                objection("let accepts_training_workloads = true\n"));
    }

    @Test
    void accelerator_memory_counts_as_far_as_it_is_donated() {
        acceleratorBytes = 12L << 30;
        assertEquals(
                "vram_min_gb is 8 and the device has 16384 MiB, the work needs 12288 MiB",
                objection(INFERENCE + "let vram_min_gb = 8\n"));
        assertEquals(ADMITTED, objection(INFERENCE + "let vram_min_gb = 12\n"));
    }

    @Test
    void metal_work_needs_a_metal_tier() {
        metalTier = 40;
        assertEquals("metal_tier is 0, the work needs 40", objection(INFERENCE));
    }

    @Test
    void nothing_is_donated_without_a_file_or_with_a_faulty_one() {
        assertEquals(
                "there is no donations.vox, so nothing is donated",
                objection(new Donations.Missing()));
        assertEquals(
                "donations.vox is not sound, so all is refused: line 3: why",
                objection(new Donations.Unsound("", List.of("line 3: why"))));
        assertEquals("accepts_inference_workloads is false", objection(""));
    }

    @Test
    void an_unknown_privacy_class_is_refused_and_printed_safely() {
        privacy = "secret\u001b[2J";
        assertEquals("the privacy class secret?[2J is unknown", objection(INFERENCE));
    }

    @Test
    void work_for_anybody_needs_an_opt_in_and_local_work_never_travels() {
        privacy = "public-mesh";
        assertEquals("public_mesh_opt_in is false", objection(INFERENCE));
        assertEquals(ADMITTED, objection(INFERENCE + "let public_mesh_opt_in = true\n"));
        privacy = "local-only";
        assertEquals("work of class local-only must not leave its node", objection(INFERENCE));
    }

    @Test
    void peers_are_let_in_and_shut_out_by_name() {
        var list = "[\"" + PEER.hex() + "\"]\n";
        assertEquals(ADMITTED, objection(INFERENCE + "let allowed_users = " + list));
        assertEquals(
                "allowed_users does not name the peer",
                objection(INFERENCE + "let allowed_users = []\n"));
        assertEquals(
                "denied_users names the peer",
                objection(
                        INFERENCE + "let allowed_users = " + list + "let denied_users = " + list));
    }

    @Test
    void networks_and_scopes_restrict_where_they_are_named() {
        assertEquals(
                "allowed_mesh_networks does not name home",
                objection(INFERENCE + "let allowed_mesh_networks = [\"lab\"]\n"));
        scope = "search";
        assertEquals(
                "allowed_scopes does not name search",
                objection(INFERENCE + "let allowed_scopes = [\"chat\"]\n"));
    }

    @Test
    void with_slots_only_their_kinds_are_done_and_only_so_many_at_once() {
        var slot = INFERENCE + "slot text_infer { max_concurrent = 2, weight_pct = 50 }\n";
        running = 1;
        assertEquals(ADMITTED, objection(slot));
        running = 2;
        assertEquals("max_concurrent of slot text_infer is 2, and 2 run", objection(slot));
        kind = TaskKind.EMBED;
        assertEquals("there is no slot embed", objection(slot));
    }

    @Test
    void a_job_takes_no_more_memory_than_its_slots_share() {
        memoryBytes = 51L << 30;
        assertEquals(
                "weight_pct of slot text_infer is 50: the work needs 52224 MiB, its share is 51200"
                        + " MiB",
                objection(INFERENCE + "slot text_infer { max_concurrent = 2, weight_pct = 50 }\n"));
    }

    @Test
    void scripts_need_their_slot() {
        kind = TaskKind.VOX_SCRIPT;
        assertEquals("there is no slot vox_script", objection(INFERENCE + TRAINING));
        assertEquals(
                ADMITTED, objection("slot vox_script { max_concurrent = 1, weight_pct = 10 }\n"));
    }

    @Test
    void priority_duration_redundancy_and_nsfw_have_their_limits() {
        assertEquals(
                "min_priority is 1, the work's is 0",
                objection(INFERENCE + "let min_priority = 1\n"));
        nsfw = true;
        assertEquals("nsfw_allowed is false", objection(INFERENCE));
        nsfw = false;
        replicas = 3;
        assertEquals(
                "redundancy is 2, the work runs 3 times",
                objection(INFERENCE + "let redundancy = 2\n"));
        longest = Duration.ofHours(2);
        assertEquals("max_job_duration_secs is 3600, the work may take 7200", objection(INFERENCE));
    }
}
