package dev.mens.cluster.facts;

import dev.mens.cluster.gate.Printable;
import dev.mens.cluster.group.SharedState;
import dev.mens.cluster.trust.Admission;
import dev.mens.cluster.trust.Roster;
import dev.mens.crypto.Signer;
import dev.mens.crypto.Verifier;
import dev.mens.diagnostics.ProblemException;
import dev.mens.storage.Cbor;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries admissions between this node's roster and the group's shared state. It works in a thread
/// of its own, because it is called from the group's.
public final class SharedRoster implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SharedRoster.class);
    private static final int MAX_LINE = 200;
    private static final String ADMISSION = "admission";

    private final Roster roster;
    private final Signer signer;
    private final Verifier verifier;
    private final Consumer<List<Admission>> news;
    private final ExecutorService working =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("mesh roster").factory());
    private volatile @Nullable SharedState state;

    /// @param news told what this node did not know before
    public SharedRoster(
            Roster roster, Signer signer, Verifier verifier, Consumer<List<Admission>> news) {
        this.roster = roster;
        this.signer = signer;
        this.verifier = verifier;
        this.news = news;
    }

    /// The group is there; both sides learn what the other knows.
    public void attach(SharedState shared) {
        state = shared;
        later(
                () -> {
                    shared.all().forEach(entry -> learn(entry.getKey(), entry.getValue()));
                    publishAll(roster.admissions());
                });
    }

    /// Tells the others.
    public void publish(Collection<Admission> admissions) {
        later(() -> publishAll(admissions));
    }

    /// The shared state has changed.
    public void changed(byte[] key, byte[] value) {
        later(() -> learn(key, value));
    }

    private void publishAll(Collection<Admission> admissions) {
        var shared = state;
        if (shared == null) {
            return;
        }
        for (var admission : admissions) {
            var key = Cbor.encode(List.of(ADMISSION, admission.subject().bytes()));
            try {
                var known = shared.get(key).flatMap(value -> Signed.read(key, value, verifier));
                if (known.isEmpty() || known.get().sequence() < admission.sequence()) {
                    shared.put(
                            key,
                            Signed.sign(key, admission.sequence(), admission.encode(), signer));
                }
            } catch (IOException untold) {
                LOG.warn("An admission was not shared: {}", untold.getMessage());
            }
        }
    }

    private void learn(byte[] key, byte[] value) {
        admission(key, value)
                .map(admission -> roster.offer(List.of(admission)))
                .filter(learnt -> !learnt.isEmpty())
                .ifPresent(news);
    }

    /// Whatever the outer signature says, the admission's own decides whether it counts.
    private Optional<Admission> admission(byte[] key, byte[] value) {
        try {
            var name = Cbor.decode(key, dev.mens.mesh.MeshProblem.BAD_FACTS);
            boolean ours = name instanceof List<?> list && list.getFirst().equals(ADMISSION);
            return ours
                    ? Signed.read(key, value, verifier).map(s -> Admission.decode(s.body()))
                    : Optional.empty();
        } catch (ProblemException malformed) {
            LOG.warn(
                    "A member shares no sound admission: {}",
                    Printable.of(malformed.facts(), MAX_LINE));
            return Optional.empty();
        }
    }

    private void later(Runnable work) {
        try {
            working.execute(work);
        } catch (RejectedExecutionException closed) {
            LOG.trace("The mesh goes down", closed);
        }
    }

    @Override
    public void close() {
        state = null;
        working.shutdownNow();
    }
}
