package dev.mens.oplog.log;

import dev.mens.crypto.PublicKey;
import dev.mens.oplog.entry.RawEntry;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// The log as the gossip sees it: what it has, what another lacks, and what another brings.
public interface Replica {

    /// What became of entries that were brought.
    ///
    /// @param waiting for entries that they follow
    /// @param refused by the ID of the problem
    record Outcome(int kept, int known, int waiting, Map<String, Integer> refused) {}

    Map<Slot, Reach> reaches() throws IOException;

    /// 32 bytes; equal for equal reaches, whatever their floors.
    byte[] digest() throws IOException;

    /// Hands over, parents first, what a log with these reaches lacks.
    void missing(Map<Slot, Reach> theirs, Taker taker) throws IOException;

    /// Decodes and verifies entries, which can be done while those before them are being kept.
    ///
    /// @param theirs what the sender has
    /// @param admitted whose entries are welcome; asked now, and again when they are kept
    Delivery verify(List<RawEntry> entries, Map<Slot, Reach> theirs, Predicate<PublicKey> admitted)
            throws IOException;

    /// Whom the log itself knows to have been admitted once: entries say that they joined.
    boolean everJoined(PublicKey peer) throws IOException;

    /// Whether the latest that entries say of this peer is that it joined.
    boolean isHere(PublicKey peer) throws IOException;

    /// Calls `grown` whenever entries were added, from the thread that writes, until
    /// {@link #unlisten}.
    void listen(Runnable grown);

    void unlisten(Runnable grown);

    /// Entries that were verified together.
    interface Delivery {
        /// How many were refused already, by the ID of the problem.
        Map<String, Integer> refused();

        /// Keeps what is sound and welcome, known parents or not.
        Outcome keep() throws IOException, InterruptedException;
    }

    /// Told entries one after the other.
    @FunctionalInterface
    interface Taker {
        void take(RawEntry entry) throws IOException;
    }
}
