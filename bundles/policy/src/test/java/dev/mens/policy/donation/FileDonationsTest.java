package dev.mens.policy.donation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.crypto.hashes.Hashes;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Allowed;
import dev.mens.mesh.DonationPolicy;
import dev.mens.mesh.DonationPolicy.Slot;
import dev.mens.mesh.Donations;
import dev.mens.mesh.TaskKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileDonationsTest {
    private static final String PEER = "ab".repeat(32);

    @TempDir Path home;
    private Path file;
    private FileDonations donations;

    @BeforeEach
    void open() {
        file = home.resolve("etc/donations.vox");
        donations = new FileDonations(file, new Hashes());
    }

    private Donations.State having(String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return donations.state();
    }

    @Test
    void every_key_has_its_place_in_the_policy() throws IOException {
        var state =
                having(
                        """
                        let nsfw_allowed = true
                        let max_job_duration_secs = 60
                        let public_mesh_opt_in = true
                        let min_priority = 2
                        let allowed_scopes = ["chat"]
                        let allowed_users = []
                        let denied_users = ["%s"]
                        let allowed_mesh_networks = ["home", "lab"]
                        let accept_sensitive_workloads = true
                        let redundancy = 3
                        let accepts_inference_workloads = true
                        let accepts_training_workloads = true
                        let cuda_tier = 80
                        let metal_tier = 40
                        let vram_min_gb = 12
                        let accepts_sensitive_training_data = true
                        slot train_qlora { max_concurrent = 1, weight_pct = 90 }
                        """
                                .formatted(PEER));
        assertEquals(
                new DonationPolicy(
                        List.of(new Slot(TaskKind.TRAIN_QLORA, 1, 90)),
                        true,
                        Duration.ofMinutes(1),
                        true,
                        2,
                        new Allowed.Only(Set.of("chat")),
                        new Allowed.Only(Set.of()),
                        Set.of(PEER),
                        new Allowed.Only(Set.of("home", "lab")),
                        true,
                        3,
                        true,
                        true,
                        80,
                        40,
                        12,
                        true),
                assertInstanceOf(Donations.Sound.class, state).policy());
    }

    @Test
    void without_a_file_nothing_is_granted() {
        assertInstanceOf(Donations.Missing.class, donations.state());
        assertEquals(DonationPolicy.NOTHING, donations.state().policy());
    }

    @Test
    void an_empty_file_grants_nothing() throws IOException {
        assertEquals(
                DonationPolicy.NOTHING,
                assertInstanceOf(Donations.Sound.class, having("")).policy());
    }

    @Test
    void the_file_that_explains_itself_is_sound_and_grants_nothing() throws IOException {
        var state = having(new String(FileDonations.template(), StandardCharsets.UTF_8));
        var sound = assertInstanceOf(Donations.Sound.class, state);
        assertEquals(DonationPolicy.NOTHING, sound.policy());
        assertEquals(List.of(), sound.notes());
    }

    @Test
    void an_unknown_key_is_noted_and_ignored() throws IOException {
        var sound =
                assertInstanceOf(
                        Donations.Sound.class, having("let rocm_tier = 3\nlet cuda_tier = 70\n"));
        assertEquals(70, sound.policy().cudaTier());
        assertEquals(List.of("line 1: the key rocm_tier is unknown"), sound.notes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "let cuda_tier = 101",
                "let cuda_tier = true",
                "let accepts_inference_workloads = 1",
                "let accepts_inference_workloads = \"true\"",
                "let min_priority = -1",
                "let denied_users = [\"bob\"]",
                "let allowed_users = \"bob\"",
                "let cuda_tier = 70\nlet cuda_tier = 80",
                "slot mine_coins { max_concurrent = 1, weight_pct = 1 }",
                "slot embed { max_concurrent = 1 }",
                "slot embed { max_concurrent = 1, weight_pct = 101 }",
                "slot embed { max_concurrent = 1, weight_pct = 1 }\n"
                        + "slot embed { max_concurrent = 9, weight_pct = 9 }",
                "grant everything",
            })
    void a_fault_anywhere_withdraws_every_grant(String fault) throws IOException {
        var state = having("let accepts_inference_workloads = true\n" + fault + "\n");
        var unsound = assertInstanceOf(Donations.Unsound.class, state);
        assertEquals(DonationPolicy.NOTHING, unsound.policy());
        assertTrue(unsound.faults().getFirst().startsWith("line "), unsound.faults().toString());
    }

    @Test
    void a_fault_is_told_once_however_many_users_it_is_about() throws IOException {
        var state = having("let denied_users = [\"bob\", \"eve\"]\n");
        assertEquals(1, assertInstanceOf(Donations.Unsound.class, state).faults().size());
    }

    @Test
    void bytes_that_are_no_text_and_files_without_end_are_unsound() throws IOException {
        having("");
        Files.write(file, new byte[] {'/', '/', (byte) 0xff});
        assertInstanceOf(Donations.Unsound.class, donations.state());
        Files.writeString(file, "// \n".repeat(20_000));
        assertInstanceOf(Donations.Unsound.class, donations.state());
        Files.delete(file);
        Files.createDirectory(file);
        assertInstanceOf(Donations.Unsound.class, donations.state());
        var refused = assertThrows(ProblemException.class, () -> donations.set("cuda_tier", "1"));
        assertEquals(PolicyProblem.UNSOUND, refused.problem());
    }

    @Test
    void a_change_of_the_file_counts_at_once() throws IOException {
        var before = having("let accepts_inference_workloads = true\n");
        var after = having("let accepts_inference_workloads = false\n");
        assertNotEquals(before.digest(), after.digest());
        assertTrue(before.policy().acceptsInference());
        assertEquals(DonationPolicy.NOTHING, after.policy());
    }

    @Test
    void setting_a_value_leaves_every_other_byte() throws IOException {
        having("// mine\r\nlet   cuda_tier=80 // why\r\nlet x = [\"y\"]");
        donations.set("cuda_tier", "75");
        assertEquals(
                "// mine\r\nlet   cuda_tier=75 // why\r\nlet x = [\"y\"]", Files.readString(file));
    }

    @Test
    void the_first_setting_makes_a_file_that_explains_itself() throws IOException {
        donations.set("accepts_inference_workloads", "true");
        donations.set("slot.text_infer.max_concurrent", "4");
        var text = Files.readString(file);
        assertTrue(text.startsWith("// What this node does"), text);
        assertTrue(donations.state().policy().acceptsInference());
        assertEquals(
                List.of(new Slot(TaskKind.TEXT_INFER, 4, 100)), donations.state().policy().slots());
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "101", "80\nlet metal_tier = 80", "", "[\"a\"]"})
    void a_value_that_does_not_fit_is_refused_and_changes_nothing(String value) throws IOException {
        having("let cuda_tier = 1\n");
        var refused = assertThrows(ProblemException.class, () -> donations.set("cuda_tier", value));
        assertEquals(PolicyProblem.BAD_VALUE, refused.problem());
        assertEquals("let cuda_tier = 1\n", Files.readString(file));
    }

    @Test
    void a_key_that_no_policy_has_is_refused() {
        for (var key : List.of("cuda_teir", "slot.embed", "slot.coins.weight_pct")) {
            var refused = assertThrows(ProblemException.class, () -> donations.set(key, "1"));
            assertEquals(PolicyProblem.UNKNOWN_KEY, refused.problem());
        }
    }
}
