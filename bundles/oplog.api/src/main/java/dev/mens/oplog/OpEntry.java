package dev.mens.oplog;

import dev.mens.crypto.PublicKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;

/// One signed, immutable entry.
///
/// @param sequence counts the author's entries of this retention class from 0
/// @param at the author's clock, in milliseconds; no order follows from it
/// @param parents what the author knew: its own previous entry of this class first (unless
///     `sequence` is 0), then the latest of others
/// @param signature 64 bytes over the canonical form of all of the above but the id
public record OpEntry(
        EntryId id,
        PublicKey author,
        long sequence,
        Instant at,
        List<EntryId> parents,
        Op op,
        byte[] signature) {
    /// Of the canonical form.
    public static final int MAX_BYTES = 64 << 10;

    public static final int SIGNATURE_BYTES = 64;

    /// Of the parents, at most.
    public static final int MAX_PARENTS = 16;

    public OpEntry {
        parents = List.copyOf(parents);
        boolean sound =
                sequence >= 0
                        && at.toEpochMilli() >= 0
                        && at.equals(at.truncatedTo(ChronoUnit.MILLIS))
                        && parents.size() <= MAX_PARENTS
                        && (sequence == 0 || !parents.isEmpty());
        if (!sound) {
            throw OpLogProblem.BAD_OP.with(
                    "entry %d has %d parents at %s".formatted(sequence, parents.size(), at));
        }
        signature = signature.clone();
    }

    public Retention retention() {
        return op.retention();
    }

    @Override
    public byte[] signature() {
        return signature.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OpEntry entry
                && id.equals(entry.id)
                && Arrays.equals(signature, entry.signature);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }
}
