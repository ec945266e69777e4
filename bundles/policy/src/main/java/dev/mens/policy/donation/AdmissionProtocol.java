package dev.mens.policy.donation;

import dev.mens.mesh.Admission;
import dev.mens.mesh.Link;
import dev.mens.mesh.LinkProtocol;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/// Answers a peer that asks whether its work would be done here: one workload, one answer.
@Component
public final class AdmissionProtocol implements LinkProtocol {
    static final String NAME = "admission/1";

    private final Admission admission;

    @Activate
    public AdmissionProtocol(
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Admission admission) {
        this.admission = admission;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void serve(Link link) throws IOException, InterruptedException {
        var work = WorkloadWire.read(new DataInputStream(link.input()), link.peer());
        var decision = admission.decide(work);
        var answer = new DataOutputStream(link.output());
        switch (decision) {
            case Admission.Admitted job -> {
                job.close();
                answer.writeBoolean(true);
            }
            case Admission.Refused _ -> answer.writeBoolean(false);
        }
        answer.writeUTF(decision.reason());
        answer.flush();
    }
}
