package dev.mens.policy.donation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mens.compute.HardwareReport;
import dev.mens.compute.HardwareReport.Processor;
import dev.mens.crypto.hashes.Hashes;
import dev.mens.mesh.Admission.Admitted;
import dev.mens.mesh.Admission.Preview;
import dev.mens.mesh.Admission.Refused;
import dev.mens.mesh.Link;
import dev.mens.mesh.PeerId;
import dev.mens.mesh.PeerLinks;
import dev.mens.mesh.TaskKind;
import dev.mens.mesh.Workload;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedAdmissionTest {
    private static final PeerId ASKING = new PeerId("ab".repeat(32));
    private static final PeerId CLAIMED = new PeerId("cd".repeat(32));
    private static final Workload WORK = Workload.of(TaskKind.TEXT_INFER, ASKING, 0);

    @TempDir Path home;
    private final List<String> log = new ArrayList<>();
    private FileDonations donations;
    private RecordedAdmission admission;
    private boolean diskFull;

    @BeforeEach
    void open() {
        donations = new FileDonations(home.resolve("etc/donations.vox"), new Hashes());
        var hardware =
                new HardwareReport(
                        Instant.EPOCH,
                        new Processor("a processor", "amd64", 2, 8L << 30, List.of()),
                        List.of(),
                        0,
                        0,
                        List.of());
        PeerLinks nobody =
                (peer, protocol) -> {
                    throw new IOException(protocol + " of " + peer);
                };
        admission =
                new RecordedAdmission(donations, () -> hardware, () -> "home", nobody, this::keep);
    }

    private void keep(
            Workload work, dev.mens.mesh.Donations.State state, boolean admitted, String reason)
            throws IOException {
        if (diskFull) {
            throw new IOException("no space left");
        }
        log.add(work.requester().abbreviated() + " " + admitted + " " + reason);
    }

    @Test
    void each_decision_is_recorded_with_its_reason() throws Exception {
        assertInstanceOf(Refused.class, admission.decide(WORK));
        donations.set("accepts_inference_workloads", "true");
        assertInstanceOf(Admitted.class, admission.decide(WORK));
        assertEquals(
                List.of(
                        "abababababab false there is no donations.vox, so nothing is donated",
                        "abababababab true the policy grants it"),
                log);
    }

    @Test
    void a_slot_is_free_again_when_its_job_is_over() throws Exception {
        donations.set("accepts_inference_workloads", "true");
        donations.set("slot.text_infer.max_concurrent", "1");
        var job = assertInstanceOf(Admitted.class, admission.decide(WORK));
        assertInstanceOf(Refused.class, admission.decide(WORK));
        job.close();
        job.close();
        assertInstanceOf(Admitted.class, admission.decide(WORK));
        assertInstanceOf(Refused.class, admission.decide(WORK));
    }

    @Test
    void what_cannot_be_recorded_is_not_admitted_and_takes_no_slot() throws Exception {
        donations.set("accepts_inference_workloads", "true");
        donations.set("slot.text_infer.max_concurrent", "1");
        diskFull = true;
        assertThrows(IOException.class, () -> admission.decide(WORK));
        diskFull = false;
        assertInstanceOf(Admitted.class, admission.decide(WORK));
    }

    @Test
    void a_job_learns_how_long_it_may_take() throws Exception {
        donations.set("accepts_inference_workloads", "true");
        donations.set("max_job_duration_secs", "7");
        var job = assertInstanceOf(Admitted.class, admission.decide(WORK));
        assertEquals(Duration.ofSeconds(7), job.longest());
    }

    @Test
    void a_preview_takes_no_slot_and_leaves_no_record() throws Exception {
        donations.set("accepts_inference_workloads", "true");
        donations.set("slot.text_infer.max_concurrent", "1");
        var granted = new Preview(true, "the policy grants it");
        assertEquals(granted, admission.preview(WORK));
        assertEquals(granted, admission.preview(WORK));
        assertEquals(List.of(), log);
    }

    @Test
    void a_peer_that_asks_is_who_its_link_says() throws Exception {
        donations.set("denied_users", "[\"" + ASKING.hex() + "\"]");
        var asked = new ByteArrayOutputStream();
        var claim = Workload.of(TaskKind.EMBED, CLAIMED, 0);
        WorkloadWire.write(claim, new java.io.DataOutputStream(asked));
        var link = new Recorded(asked.toByteArray());
        new AdmissionProtocol(admission).serve(link);
        var answer =
                new java.io.DataInputStream(new ByteArrayInputStream(link.answer.toByteArray()));
        assertEquals(false, answer.readBoolean());
        assertEquals("denied_users names the peer", answer.readUTF());
    }

    /// A link whose peer has said all that it will.
    private record Recorded(byte[] said, ByteArrayOutputStream answer) implements Link {
        Recorded(byte[] said) {
            this(said, new ByteArrayOutputStream());
        }

        @Override
        public PeerId peer() {
            return ASKING;
        }

        @Override
        public String protocol() {
            return AdmissionProtocol.NAME;
        }

        @Override
        public InputStream input() {
            return new ByteArrayInputStream(said);
        }

        /// Nobody here is silent.
        @Override
        public void patience(Duration most) {}

        @Override
        public OutputStream output() {
            return answer;
        }

        @Override
        public void close() {}
    }
}
