package dev.mens.transfer;

import dev.mens.content.StoredModel;
import dev.mens.mesh.ModelSharing.Progress;
import dev.mens.mesh.ModelSharing.Watch;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// One transfer for all who wait for the same bundle. It ends early when the last of them gives up.
final class SharedPull {
    private final String name;
    private final Transfer transfer;
    private final Runnable ended;
    private final CompletableFuture<StoredModel> result = new CompletableFuture<>();
    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private @Nullable Thread worker;
    private int waiting;

    /// What brings the bundle into the store.
    @FunctionalInterface
    interface Transfer {
        StoredModel run(Watch watch) throws IOException, InterruptedException;
    }

    /// @param ended called once, when the transfer is over
    SharedPull(String name, Transfer transfer, Runnable ended) {
        this.name = name;
        this.transfer = transfer;
        this.ended = ended;
    }

    /// Whoever asks once it is over begins anew, and does not get this one's failure.
    private void run() {
        Runnable outcome =
                () -> result.completeExceptionally(new IOException("the transfer ended abruptly"));
        try {
            var stored = transfer.run(this::report);
            outcome = () -> result.complete(stored);
        } catch (IOException | InterruptedException | RuntimeException e) {
            outcome = () -> result.completeExceptionally(e);
        } finally {
            ended.run();
            outcome.run();
        }
    }

    private void report(Progress progress) {
        watches.forEach(watch -> watch.report(progress));
    }

    /// Begins with the first who waits, who is told all of it.
    StoredModel await(Watch watch) throws IOException, InterruptedException {
        enter(watch);
        try {
            return result.get();
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case Throwable e -> throw new IOException("the transfer was given up", e);
            }
        } finally {
            leave(watch);
        }
    }

    private synchronized void enter(Watch watch) {
        waiting++;
        watches.add(watch);
        if (worker == null) {
            worker =
                    Thread.ofVirtual()
                            .name(name)
                            .inheritInheritableThreadLocals(false)
                            .start(this::run);
        }
    }

    private synchronized void leave(Watch watch) {
        watches.remove(watch);
        waiting--;
        if (waiting == 0 && worker != null && !result.isDone()) {
            worker.interrupt();
        }
    }
}
