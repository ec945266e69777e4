package dev.mens.policy.donation;

import dev.mens.mesh.Donations;
import dev.mens.mesh.Workload;
import java.io.IOException;

/// Where decisions are recorded.
@FunctionalInterface
interface DecisionLog {
    void record(Workload work, Donations.State policy, boolean admitted, String reason)
            throws IOException, InterruptedException;
}
