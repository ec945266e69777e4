package dev.mens.oplog.gossip;

import dev.mens.oplog.log.Replica;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Keeps what was received, one delivery after the other, while the next one is being verified:
/// verification needs the cores, keeping waits for the disk.
final class Keeper implements AutoCloseable {
    private final ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Integer> refused = new HashMap<>();
    private Future<Replica.Outcome> keeping =
            CompletableFuture.completedFuture(new Replica.Outcome(0, 0, 0, Map.of()));
    private int kept;

    /// What has become of the deliveries.
    ///
    /// @param refused by the ID of the problem
    record Tally(int kept, Map<String, Integer> refused) {}

    /// Returns when the delivery before this one is kept.
    void keep(Replica.Delivery delivery) throws IOException, InterruptedException {
        await();
        keeping = beside.submit(delivery::keep);
    }

    /// Returns when everything is kept.
    Tally finish() throws IOException, InterruptedException {
        await();
        return new Tally(kept, refused);
    }

    private void await() throws IOException, InterruptedException {
        try {
            var outcome = keeping.get();
            kept += outcome.kept();
            outcome.refused().forEach((why, count) -> refused.merge(why, count, Integer::sum));
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException problem) {
                throw problem;
            }
            throw new IOException(failed.getCause());
        }
    }

    @Override
    public void close() {
        beside.close();
    }
}
