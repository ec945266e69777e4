package dev.mens.oplog;

import dev.mens.content.ContentId;
import dev.mens.crypto.PublicKey;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.osgi.annotation.versioning.ProviderType;

/// What the entries of the {@link OpLog} amount to. The same on all nodes that have the same
/// entries, whatever the order in which they came. Answers are copies.
@ProviderType
public interface Ledger {
    /// How many admissions are remembered.
    int ADMISSIONS = 250;

    /// How many points of a loss curve are remembered.
    int LOSSES = 1024;

    /// Who said last that it has a bundle.
    Map<ContentId, Set<PublicKey>> holders() throws IOException;

    /// The latest by their authors' clocks, latest first.
    List<Decided> admissions() throws IOException;

    Optional<Training> training(UUID session) throws IOException;

    Map<PublicKey, Map<Op.Kudos.Primitive, Long>> kudos() throws IOException;

    /// A signal, never a gate: 0 to 1, and 0.5 for peers of whom nothing is known. For each author
    /// the exponential moving average (α = 0.1, from 0.5) of 1 for each kudos and 0 for each blame;
    /// then the mean over authors.
    double reputation(PublicKey peer) throws IOException;

    record Decided(PublicKey by, Instant at, Op.Admission admission) {}

    /// @param losses by step, thinned out evenly beyond {@link #LOSSES}
    /// @param checkpoint the one of the highest step
    record Training(
            UUID session,
            Optional<Op.TrainingStarted> started,
            Map<Long, Double> losses,
            Optional<Op.TrainingCheckpoint> checkpoint) {
        public Training {
            losses = Map.copyOf(losses);
        }
    }
}
