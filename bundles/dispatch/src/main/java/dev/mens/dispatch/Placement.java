package dev.mens.dispatch;

import dev.mens.compute.Hardware;
import dev.mens.diagnostics.ProblemException;
import dev.mens.inference.BackendLostException;
import dev.mens.inference.InferenceProblem;
import dev.mens.model.Model;
import dev.mens.model.ModelSupply;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Puts requests on backends: tries the capable ones, best first, and waits for one while one may
/// be coming.
final class Placement {
    /// How often a waiting request asks again: a peer or a subprocess may recover without its
    /// service changing.
    private static final Duration RETRY = Duration.ofMillis(250);

    private final Roster roster;
    private final Signal signal;
    private final Duration grace;
    private final Supplier<@Nullable Hardware> hardware;
    private final Supplier<@Nullable ModelSupply> supply;

    Placement(
            Roster roster,
            Signal signal,
            Duration grace,
            Supplier<@Nullable Hardware> hardware,
            Supplier<@Nullable ModelSupply> supply) {
        this.roster = roster;
        this.signal = signal;
        this.grace = grace;
        this.hardware = hardware;
        this.supply = supply;
    }

    private List<Routing.Ranked> rank(Model model) {
        return routing().rank(roster.slots(), model, away(model));
    }

    /// Where a request would go, best first. If nobody serves the model now, it would be fetched,
    /// and go where that is served then.
    List<Routing.Ranked> foresee(Model model) {
        var now = rank(model);
        if (!away(model) || now.stream().anyMatch(Routing.Ranked::serves)) {
            return now;
        }
        return routing().rank(roster.slots(), model, false).stream()
                .map(Routing.Ranked::onceFetched)
                .toList();
    }

    private Routing routing() {
        Hardware probe = hardware.get();
        return new Routing(probe == null ? Optional.empty() : Optional.of(probe.report()));
    }

    /// Whether a model is known from peers only.
    private boolean away(Model model) {
        return supply.get() != null && Files.notExists(model.folder());
    }

    /// What a request does on a backend once its model is there.
    @FunctionalInterface
    interface Work<T> {
        T on(Slot.Lease lease) throws IOException, InterruptedException;
    }

    /// Does the work on the best backend that takes it. If it loses its backend on the way, it
    /// starts again on another. A model that is on no backend's machine is fetched to this one.
    ///
    /// @param lost the backend that a running stream has just lost; `null` for a new request. A
    ///     stream waits out the grace; a new request waits only while a backend may return.
    /// @throws CancellationException if `cancelled` before the work began
    /// @throws ProblemException vox/inference/no-backend with every backend's reason
    <T> T place(Model model, @Nullable Slot lost, BooleanSupplier cancelled, Work<T> work)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + grace.toNanos();
        var avoided = new HashSet<Slot>();
        if (lost != null) {
            avoided.add(lost);
        }
        while (!cancelled.getAsBoolean()) {
            long seen = roster.changes();
            var reasons = new ArrayList<String>();
            var done = tryAll(model, avoided, cancelled, work, reasons);
            if (done.isPresent()) {
                return done.get();
            }
            var fetched = fetch(model, reasons);
            if (fetched.isPresent()) {
                return place(fetched.get(), lost, cancelled, work);
            }
            // A loss on the way to the first token is like one on a running stream.
            boolean mayMend =
                    lost != null
                            || !avoided.isEmpty()
                            || roster.mayGrow(grace)
                            || roster.changes() != seen;
            boolean worthWaiting = mayMend && System.nanoTime() < deadline;
            if (!worthWaiting) {
                throw noBackend(model, reasons);
            }
            avoided.clear();
            signal.await(() -> cancelled.getAsBoolean() || roster.changes() != seen, RETRY);
        }
        throw new CancellationException();
    }

    /// Brings a model here that is known from peers only.
    private Optional<Model> fetch(Model model, List<String> reasons)
            throws IOException, InterruptedException {
        var source = supply.get();
        if (source == null || !away(model)) {
            return Optional.empty();
        }
        try {
            return Optional.of(source.fetch(model));
        } catch (ProblemException | IOException e) {
            // Those who have it may be back before the grace is over.
            reasons.add(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private <T> Optional<T> tryAll(
            Model model,
            Set<Slot> avoided,
            BooleanSupplier cancelled,
            Work<T> work,
            List<String> reasons)
            throws IOException, InterruptedException {
        for (var ranked : rank(model)) {
            if (!ranked.serves() || avoided.contains(ranked.slot())) {
                reasons.add(ranked.serves() ? ranked.slot().id() + ": lost" : ranked.explained());
                continue;
            }
            try {
                return Optional.of(attempt(ranked.slot(), model, cancelled, work));
            } catch (BackendLostException e) {
                avoided.add(ranked.slot());
                reasons.add(e.getMessage());
            } catch (IOException e) {
                reasons.add(ranked.slot().id() + ": " + e.getMessage());
            }
        }
        return Optional.empty();
    }

    private static <T> T attempt(Slot slot, Model model, BooleanSupplier cancelled, Work<T> work)
            throws IOException, InterruptedException {
        var lease = slot.lease(model, cancelled);
        boolean kept = false;
        try {
            T done = work.on(lease);
            kept = true;
            return done;
        } catch (ProblemException | CancellationException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            // Once its service is gone, anything may fail, such as classes not loaded in time.
            if (slot.gone()) {
                throw new BackendLostException(slot.id(), "it was stopping");
            }
            throw e;
        } finally {
            if (!kept) {
                lease.close();
            }
        }
    }

    private static ProblemException noBackend(Model model, List<String> reasons) {
        return reasons.isEmpty()
                ? InferenceProblem.BACKEND_MISSING.with(model.name())
                : InferenceProblem.NO_BACKEND.with(model.name(), String.join("; ", reasons));
    }
}
