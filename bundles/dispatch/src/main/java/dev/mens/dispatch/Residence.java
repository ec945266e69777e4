package dev.mens.dispatch;

import dev.mens.inference.InferenceBackend;
import dev.mens.inference.LoadedModel;
import dev.mens.model.Model;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// A model on a backend, from the wish to load it until it is freed. Pins are guarded by its
/// {@link Slot}.
final class Residence {
    private final Model model;
    private final CompletableFuture<LoadedModel> loading = new CompletableFuture<>();
    private int pins;
    private Instant lastUsed = Instant.EPOCH;

    Residence(Model model) {
        this.model = model;
    }

    Model model() {
        return model;
    }

    /// @return false if loading failed, which every waiter learns
    boolean load(InferenceBackend backend) {
        try {
            return loading.complete(backend.load(model));
        } catch (IOException | RuntimeException | LinkageError e) {
            loading.completeExceptionally(e);
            return false;
        } finally {
            // Whatever else happened, nobody must wait for ever.
            loading.completeExceptionally(new IOException("loading ended abruptly"));
        }
    }

    LoadedModel await(Signal signal, BooleanSupplier cancelled)
            throws IOException, InterruptedException {
        signal.await(() -> loading.isDone() || cancelled.getAsBoolean());
        if (!loading.isDone()) {
            throw new CancellationException();
        }
        if (!loading.isCompletedExceptionally()) {
            return loading.resultNow();
        }
        switch (loading.exceptionNow()) {
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case LinkageError e -> throw e;
            case Throwable e -> throw new AssertionError("only these are recorded", e);
        }
    }

    Optional<LoadedModel> loaded() {
        return loading.isDone() && !loading.isCompletedExceptionally()
                ? Optional.of(loading.resultNow())
                : Optional.empty();
    }

    void whenLoaded(Consumer<LoadedModel> action) {
        var _ = loading.thenAccept(action);
    }

    long weightBytes() {
        return loaded().map(LoadedModel::weightBytes).orElse(model.facts().weightBytes());
    }

    void pin() {
        pins++;
    }

    void unpin(Instant now) {
        pins--;
        lastUsed = now;
    }

    /// Loaded and used by nobody.
    boolean idle() {
        return pins == 0 && loaded().isPresent();
    }

    Instant lastUsed() {
        return lastUsed;
    }
}
