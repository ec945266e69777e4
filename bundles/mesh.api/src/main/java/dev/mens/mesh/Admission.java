package dev.mens.mesh;

import java.io.IOException;
import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/// Decides whether this node does a piece of work for a peer; asked before any such work. The
/// policy is read anew for each decision, and whatever it does not grant is refused.
@ProviderType
public interface Admission {

    /// Decides and records the decision, with its reason and the policy of that moment, in the
    /// op-log.
    ///
    /// @throws IOException if the decision cannot be recorded; then nothing is admitted
    Decision decide(Workload workload) throws IOException, InterruptedException;

    /// As {@link #decide} would answer now; takes no slot and records nothing.
    Preview preview(Workload workload);

    /// Asks a peer how it decides; the peer records that. Its answer is a moment's: the work itself
    /// is decided on again.
    ///
    /// @param workload whose requester the peer takes from the link
    Preview ask(PeerId peer, Workload workload) throws IOException;

    record Preview(boolean admitted, String reason) {}

    sealed interface Decision {
        String reason();
    }

    record Refused(String reason) implements Decision {}

    /// Holds the slot that the work takes; close it when the work is over.
    non-sealed interface Admitted extends Decision, AutoCloseable {
        /// How long the work may take.
        Duration longest();

        @Override
        void close();
    }
}
