package dev.mens.oplog;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/// This node's copy of the shared log. It opens when it is first used. Thread-safe.
@ProviderType
public interface OpLog {

    /// Signs and keeps what happened; it is on the disk when this returns. Calls that run at once
    /// share one write.
    ///
    /// @throws dev.mens.diagnostics.ProblemException vox/oplog/…
    default OpEntry append(Op op) throws IOException, InterruptedException {
        return append(List.of(op)).getFirst();
    }

    /// As {@link #append(Op)} for several, in order.
    List<OpEntry> append(List<? extends Op> ops) throws IOException, InterruptedException;

    /// Entries whose id begins with these hexadecimal digits; at most `limit`.
    List<OpEntry> find(String prefix, int limit) throws IOException;

    /// Entries in the order in which they came to this node, from a position on. Positions of
    /// entries that have gone are skipped.
    ///
    /// @param limit at most so many; fewer may come before the end, but at least one
    List<Placed> read(long from, int limit) throws IOException;

    /// Where the next entry will be.
    long end() throws IOException;

    /// As {@link #read}, but waits for a first entry until there is one.
    ///
    /// @return empty if none came in time
    List<Placed> await(long from, int limit, Duration patience)
            throws IOException, InterruptedException;

    Heads heads() throws IOException;

    /// BLAKE3 over the heads: 32 bytes, equal on all nodes that have all entries.
    byte[] digest() throws IOException;

    Status status() throws IOException;

    /// Reads everything again: checksums, hashes, links, sequences, signatures.
    Verification verify(Progress progress) throws IOException, InterruptedException;

    /// Writes all entries as a CBOR sequence (docs/formats.md), in the order of positions.
    void export(OutputStream out) throws IOException;

    /// Brings a projection up to date and keeps it so, until the result is closed.
    ///
    /// @throws dev.mens.diagnostics.ProblemException vox/oplog/bad-op if its name is taken
    Attachment attach(Projection projection) throws IOException;

    /// An entry and its place in this node's copy.
    record Placed(long position, OpEntry entry) {}

    /// @param entries kept here
    /// @param waiting entries whose parents are unknown as yet
    /// @param refused entries of others that were not taken, by reason
    record Status(long entries, long bytes, int authors, int waiting, Map<String, Long> refused) {
        public Status {
            refused = Map.copyOf(refused);
        }
    }

    /// @param entries that are sound
    /// @param faults one sentence each; at most {@value #MAX_FAULTS}
    record Verification(long entries, long bytes, List<String> faults) {
        public static final int MAX_FAULTS = 100;

        public Verification {
            faults = List.copyOf(faults);
        }
    }

    /// Told how far a verification is.
    @FunctionalInterface
    interface Progress {
        void report(long doneBytes, long totalBytes);
    }

    interface Attachment extends AutoCloseable {
        @Override
        void close();
    }
}
