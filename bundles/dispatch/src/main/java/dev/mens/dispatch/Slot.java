package dev.mens.dispatch;

import dev.mens.inference.BackendCapabilities;
import dev.mens.inference.BackendLostException;
import dev.mens.inference.Dispatcher.BackendStatus;
import dev.mens.inference.InferenceBackend;
import dev.mens.inference.LoadedModel;
import dev.mens.inference.TokenStream;
import dev.mens.model.Model;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/// One backend while its service lasts: the models that it has loaded and the streams on it.
final class Slot {
    private final InferenceBackend backend;
    private final String id;
    private final Instant since;
    private final InstantSource clock;
    private final Signal signal;
    private final Map<String, Residence> residences = new HashMap<>();
    private final Set<Lease> leases = ConcurrentHashMap.newKeySet();
    private final AtomicLong movedIn = new AtomicLong();
    private final Speeds speeds = new Speeds();
    private volatile boolean gone;

    Slot(InferenceBackend backend, InstantSource clock, Signal signal) {
        this.backend = backend;
        this.id = backend.id();
        this.since = clock.instant();
        this.clock = clock;
        this.signal = signal;
    }

    String id() {
        return id;
    }

    InferenceBackend backend() {
        return backend;
    }

    boolean gone() {
        return gone;
    }

    int activeStreams() {
        return leases.size();
    }

    void countMove() {
        movedIn.incrementAndGet();
    }

    /// What its streams have shown so far.
    Speeds speeds() {
        return speeds;
    }

    BackendStatus status() {
        BackendCapabilities capabilities = backend.capabilities();
        return new BackendStatus(
                id, capabilities, loadedModels(), activeStreams(), movedIn.get(), since);
    }

    synchronized boolean holds(Model model) {
        var residence = residences.get(model.id());
        return residence != null && residence.loaded().isPresent();
    }

    private synchronized List<String> loadedModels() {
        return residences.values().stream()
                .filter(residence -> residence.loaded().isPresent())
                .map(residence -> residence.model().name())
                .sorted()
                .toList();
    }

    /// Keeps the model in memory for one request, loading it if need be. Concurrent requests for
    /// one model share one load.
    ///
    /// @throws java.util.concurrent.CancellationException if `cancelled` before it was loaded
    Lease lease(Model model, BooleanSupplier cancelled) throws IOException, InterruptedException {
        var residence = enter(model);
        boolean kept = false;
        try {
            LoadedModel loaded = residence.await(signal, cancelled);
            var lease = new Lease(residence, loaded);
            leases.add(lease);
            kept = true;
            return lease;
        } finally {
            if (!kept) {
                leave(residence);
            }
        }
    }

    private Residence enter(Model model) throws IOException {
        List<Residence> evicted;
        Residence residence;
        synchronized (this) {
            if (gone) {
                throw new BackendLostException(id, "its service is gone");
            }
            residence = residences.get(model.id());
            if (residence != null) {
                residence.pin();
                return residence;
            }
            evicted = makeRoom(model.facts().weightBytes());
            residence = new Residence(model);
            residence.pin();
            residences.put(model.id(), residence);
        }
        startLoading(residence, evicted);
        return residence;
    }

    /// Loads on a thread of its own, so that an interrupt of one caller does not spoil it for the
    /// others.
    private void startLoading(Residence residence, List<Residence> evicted) {
        Thread.ofVirtual()
                .name("mens-load-" + residence.model().name())
                .inheritInheritableThreadLocals(false)
                .start(
                        () -> {
                            evicted.forEach(this::free);
                            if (!residence.load(backend)) {
                                forget(residence);
                            }
                            signal.ring();
                        });
    }

    /// Takes idle models off the list, the longest unused first, until the new one fits.
    private List<Residence> makeRoom(long neededBytes) throws IOException {
        long budgetBytes = backend.capabilities().memoryBytes();
        long usedBytes = residences.values().stream().mapToLong(Residence::weightBytes).sum();
        var evicted = new ArrayList<Residence>();
        if (budgetBytes <= 0) {
            return evicted;
        }
        var idle =
                residences.values().stream()
                        .filter(Residence::idle)
                        .sorted(Comparator.comparing(Residence::lastUsed))
                        .toList();
        for (var residence : idle) {
            if (usedBytes + neededBytes <= budgetBytes) {
                break;
            }
            usedBytes -= residence.weightBytes();
            evicted.add(residence);
        }
        if (usedBytes + neededBytes > budgetBytes && usedBytes > 0) {
            throw new IOException("its memory is taken by models that are in use");
        }
        evicted.forEach(residence -> residences.remove(residence.model().id(), residence));
        return evicted;
    }

    /// Frees what nobody has used for `idle`.
    void unloadIdle(Duration idle) {
        Instant limit = clock.instant().minus(idle);
        take(residence -> residence.idle() && !residence.lastUsed().isAfter(limit))
                .forEach(this::free);
    }

    void unload(Model model) {
        take(residence -> residence.model().id().equals(model.id())).forEach(this::free);
    }

    private synchronized List<Residence> take(Predicate<Residence> which) {
        var taken = residences.values().stream().filter(which).toList();
        residences.values().removeAll(taken);
        return taken;
    }

    private void free(Residence residence) {
        residence.whenLoaded(backend::unload);
    }

    private synchronized void forget(Residence residence) {
        residences.remove(residence.model().id(), residence);
    }

    private synchronized void leave(Residence residence) {
        residence.unpin(clock.instant());
    }

    /// The service is gone. Streams that the backend itself does not end are ended here, apart
    /// from the caller, which is the framework.
    void retire() {
        gone = true;
        Thread.ofVirtual()
                .name("mens-retire-" + id)
                .inheritInheritableThreadLocals(false)
                .start(() -> leases.forEach(Lease::cancel));
        signal.ring();
    }

    /// A loaded model, held for one request.
    final class Lease implements AutoCloseable {
        private final Residence residence;
        private final LoadedModel loaded;
        private volatile Optional<TokenStream> stream = Optional.empty();

        private Lease(Residence residence, LoadedModel loaded) {
            this.residence = residence;
            this.loaded = loaded;
        }

        Slot slot() {
            return Slot.this;
        }

        LoadedModel loaded() {
            return loaded;
        }

        /// Gives the stream that ends with this lease.
        void holds(TokenStream running) {
            stream = Optional.of(running);
            if (gone || !leases.contains(this)) {
                running.close();
            }
        }

        private void cancel() {
            stream.ifPresent(TokenStream::close);
        }

        /// Idempotent.
        @Override
        public void close() {
            if (leases.remove(this)) {
                leave(residence);
            }
            cancel();
        }
    }
}
