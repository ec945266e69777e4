package dev.mens.transfer;

import dev.mens.content.ContentId;
import dev.mens.content.StoredModel;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Inventory.Holding;
import dev.mens.mesh.PeerId;
import dev.mens.transfer.MeshSharing.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the inventory true to what this node shares, and small bundles on several peers, so
/// that they survive the loss of one.
final class Upkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final long LONG_NANOS = PERIOD.multipliedBy(2).toNanos();

    /// What a laptop on a home network takes in a few seconds.
    private static final long SMALL_BYTES = 64L << 20;

    private final Node node;
    private final Shared shared;
    private final Offers offers;
    private final Replication replication;
    private final Collection<Pull> pulls;
    private volatile int copies;
    private final Semaphore work = new Semaphore(0);
    private final Thread worker;
    private final Map<ContentId, Long> missingSince = new HashMap<>();
    private Optional<List<Holding>> published = Optional.empty();

    /// @param copies of each small bundle that are kept, this node's included
    Upkeep(
            Node node,
            Shared shared,
            Offers offers,
            Replication replication,
            Collection<Pull> pulls,
            int copies) {
        this.node = node;
        this.shared = shared;
        this.offers = offers;
        this.replication = replication;
        this.pulls = pulls;
        this.copies = copies;
        this.worker =
                Thread.ofVirtual()
                        .name("mens-sharing")
                        .inheritInheritableThreadLocals(false)
                        .unstarted(this::run);
    }

    void start() {
        worker.start();
    }

    /// @param wanted copies of each small bundle from now on, this node's included
    void keep(int wanted) {
        copies = wanted;
        wake();
    }

    /// Looks after the copies now.
    void wake() {
        work.release();
    }

    @Override
    public void close() {
        worker.interrupt();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    publish();
                    keepCopies();
                } catch (IOException | ProblemException e) {
                    LOG.warn("models are not looked after: {}", e.toString());
                }
                boolean _ = work.tryAcquire(PERIOD.toMillis(), TimeUnit.MILLISECONDS);
                work.drainPermits();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// Tells the mesh what is here, be it nothing, if it was told something else.
    synchronized void publish() throws IOException {
        var holdings = new ArrayList<Holding>();
        for (var model : shared.all()) {
            long bytes = model.signed().manifest().bytes();
            holdings.add(new Holding(model.id(), model.title(), bytes, bytes));
        }
        for (var pull : pulls) {
            if (holdings.stream().noneMatch(known -> known.bundle().equals(pull.bundle()))) {
                long bytes = pull.pieces().totalBytes();
                // Whoever has everything but is not in the store yet still has less than all.
                long held = Math.min(pull.hereBytes(), Math.max(0, bytes - 1));
                holdings.add(new Holding(pull.bundle(), pull.name(), bytes, held));
            }
        }
        var now = Optional.of(List.copyOf(holdings));
        if (!now.equals(published)) {
            node.inventory().holdings(holdings);
            published = now;
        }
    }

    private void keepCopies() throws IOException, InterruptedException {
        var models = shared.all();
        missingSince.keySet().retainAll(models.stream().map(StoredModel::id).toList());
        for (var model : models) {
            if (isMine(model)) {
                keepCopiesOf(model);
            }
        }
    }

    /// Has peers take what is missing of a small bundle's copies.
    void keepCopiesOf(StoredModel model) throws InterruptedException {
        if (model.signed().manifest().bytes() > SMALL_BYTES) {
            return;
        }
        try {
            var _ = replication.spread(model.id(), model.title(), copies);
        } catch (ProblemException tooFew) {
            LOG.debug("{}", tooFew.getMessage());
        }
    }

    /// Of those that have a bundle, the one with the least id sees to its copies. If copies are
    /// missing for long, that one wants fewer, or cannot, and whoever wants more sees to them.
    private boolean isMine(StoredModel model) {
        var others = offers.copies(model.id());
        if (others.size() + 1 >= copies) {
            missingSince.remove(model.id());
            return false;
        }
        long now = System.nanoTime();
        long since = missingSince.computeIfAbsent(model.id(), _ -> now);
        PeerId self = node.self();
        return others.stream().allMatch(peer -> self.compareTo(peer) < 0)
                || now - since >= LONG_NANOS;
    }
}
