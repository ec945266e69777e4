package dev.mens.oplog;

import org.osgi.annotation.versioning.ConsumerType;

/// What follows from the entries. Called from one thread at a time, never concurrently.
///
/// Nodes receive entries in different orders: an author's entries of one {@link Retention} class
/// come in sequence, and no entry of the class {@link Retention#LASTING} comes before its parents;
/// nothing else is certain. The state must be the same for every such order.
@ConsumerType
public interface Projection {

    /// Unique; names the state in snapshots.
    String name();

    /// Of the snapshot's form. A snapshot of another version is not restored: all entries that
    /// the log still has are applied again.
    int version();

    void apply(OpEntry entry);

    /// Equal states give equal bytes.
    byte[] snapshot();

    /// @param snapshot what {@link #snapshot} of this version returned; empty for no entries
    void restore(byte[] snapshot);
}
