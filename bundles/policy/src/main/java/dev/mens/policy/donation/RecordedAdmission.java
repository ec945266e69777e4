package dev.mens.policy.donation;

import dev.mens.compute.Hardware;
import dev.mens.mesh.Admission;
import dev.mens.mesh.Donations;
import dev.mens.mesh.Mesh;
import dev.mens.mesh.PeerId;
import dev.mens.mesh.PeerLinks;
import dev.mens.mesh.TaskKind;
import dev.mens.mesh.Workload;
import dev.mens.oplog.OpLog;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides by the policy file, the hardware report and what runs already. Without an op-log there
/// is no such service, and so no work for peers.
@Component
public final class RecordedAdmission implements Admission {
    private static final Logger LOG = LoggerFactory.getLogger(RecordedAdmission.class);

    private final Donations donations;
    private final Hardware hardware;
    private final Supplier<String> network;
    private final PeerLinks links;
    private final DecisionLog log;
    private final RunningJobs jobs = new RunningJobs();

    @Activate
    public RecordedAdmission(
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Donations donations,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Hardware hardware,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Mesh mesh,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) PeerLinks links,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) OpLog log) {
        this(donations, hardware, () -> mesh.status().mesh(), links, new OpLogDecisions(log, mesh));
    }

    RecordedAdmission(
            Donations donations,
            Hardware hardware,
            Supplier<String> network,
            PeerLinks links,
            DecisionLog log) {
        this.donations = donations;
        this.hardware = hardware;
        this.network = network;
        this.links = links;
        this.log = log;
    }

    @Override
    public Decision decide(Workload work) throws IOException, InterruptedException {
        var state = donations.state();
        var objection = objectionOrBegin(state, work);
        boolean recorded = false;
        try {
            var reason = reason(objection);
            LOG.info(
                    "{} for {} is {}: {}",
                    work.kind().tag(),
                    work.requester().abbreviated(),
                    objection.isEmpty() ? "admitted" : "refused",
                    reason);
            log.record(work, state, objection.isEmpty(), reason);
            recorded = true;
        } finally {
            if (!recorded && objection.isEmpty()) {
                end(work.kind());
            }
        }
        return objection
                .<Decision>map(Refused::new)
                .orElseGet(() -> new Job(work.kind(), state.policy().maxJob()));
    }

    @Override
    public Preview preview(Workload work) {
        var report = hardware.report();
        int running;
        synchronized (jobs) {
            running = jobs.of(work.kind());
        }
        var objection =
                new AdmissionRules(donations.state(), report, network.get(), running)
                        .objection(work);
        return new Preview(objection.isEmpty(), reason(objection));
    }

    @Override
    public Preview ask(PeerId peer, Workload work) throws IOException {
        try (var link = links.open(peer, AdmissionProtocol.NAME)) {
            WorkloadWire.write(work, new DataOutputStream(link.output()));
            link.output().flush();
            var answer = new DataInputStream(link.input());
            return new Preview(answer.readBoolean(), answer.readUTF());
        }
    }

    private Optional<String> objectionOrBegin(Donations.State state, Workload work) {
        var report = hardware.report();
        synchronized (jobs) {
            var objection =
                    new AdmissionRules(state, report, network.get(), jobs.of(work.kind()))
                            .objection(work);
            if (objection.isEmpty()) {
                jobs.begin(work.kind());
            }
            return objection;
        }
    }

    private static String reason(Optional<String> objection) {
        return objection.orElse("the policy grants it");
    }

    private void end(TaskKind kind) {
        synchronized (jobs) {
            jobs.end(kind);
        }
    }

    private final class Job implements Admitted {
        private final TaskKind kind;
        private final Duration longest;
        private final AtomicBoolean over = new AtomicBoolean();

        private Job(TaskKind kind, Duration longest) {
            this.kind = kind;
            this.longest = longest;
        }

        @Override
        public String reason() {
            return RecordedAdmission.reason(Optional.empty());
        }

        @Override
        public Duration longest() {
            return longest;
        }

        @Override
        public void close() {
            if (over.compareAndSet(false, true)) {
                end(kind);
            }
        }
    }
}
