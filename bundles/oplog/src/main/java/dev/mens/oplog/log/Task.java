package dev.mens.oplog.log;

import dev.mens.oplog.Op;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.entry.RawEntry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// What the committer is asked to do.
sealed interface Task {
    CompletableFuture<?> done();

    /// Signs and keeps what happened here.
    record Own(List<? extends Op> ops, CompletableFuture<List<OpEntry>> done) implements Task {}

    /// Keeps entries of others, whose signatures were verified.
    ///
    /// @param floors where the sender's entries begin
    record Foreign(
            List<Arrival> arrivals,
            Map<Slot, Long> floors,
            CompletableFuture<List<Links.Verdict>> done)
            implements Task {}

    /// Ends the committer once all before it is done.
    record Stop(CompletableFuture<Void> done) implements Task {}

    /// A verified entry of somebody else.
    record Arrival(OpEntry entry, RawEntry raw) {}
}
