package dev.mens.transfer;

import dev.mens.content.ContentId;
import dev.mens.content.SignedManifest;
import dev.mens.content.StoredFile;
import dev.mens.crypto.Hashing;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.ModelSharing.Progress;
import dev.mens.mesh.ModelSharing.Watch;
import dev.mens.mesh.PeerId;
import dev.mens.mesh.PeerLinks;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One bundle on its way into a staging folder, from all who have some of it, and meanwhile a
/// source for all who want some of it.
final class Pull implements ChunkSource, HolderLink.Intake {
    private static final Logger LOG = LoggerFactory.getLogger(Pull.class);

    /// How long to go on while nobody who has the rest is there.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration LOOK_AROUND = Duration.ofMillis(250);

    private final SignedManifest signed;
    private final String name;
    private volatile PieceFiles files;
    private final PullPlan plan;
    private final Surroundings around;
    private final Rates rates = new Rates();
    private final Map<PeerId, Thread> links = new HashMap<>();
    private final Map<PeerId, Long> notBefore = new ConcurrentHashMap<>();
    private final Set<PeerId> blamed = ConcurrentHashMap.newKeySet();
    private final Map<PeerId, String> troubles = new ConcurrentHashMap<>();
    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private final AtomicLong hereBytes = new AtomicLong();
    /// Files of which something may not be on the disk yet.
    private final Set<StoredFile> unwritten = ConcurrentHashMap.newKeySet();

    /// What a pull needs of its node.
    ///
    /// @param holders peers that have some of the bundle now
    /// @param blame records a chunk that did not fit
    record Surroundings(
            PeerId self,
            PeerLinks links,
            Supplier<List<PeerId>> holders,
            Hashing hashing,
            TrafficMeter meter,
            Pace pace,
            Blame blame) {}

    @FunctionalInterface
    interface Blame {
        void corrupt(PeerId holder, ContentId bundle, Pieces.Piece piece);
    }

    private Pull(
            SignedManifest signed,
            String name,
            PieceFiles files,
            BitSet present,
            Surroundings around) {
        this.signed = signed;
        this.name = name;
        this.files = files;
        this.around = around;
        this.plan = new PullPlan(around.self(), files.pieces().count(), present);
        present.stream().forEach(piece -> hereBytes.addAndGet(files.pieces().get(piece).size()));
    }

    /// Begins with what an earlier pull left in the folder.
    static Pull open(
            SignedManifest signed, String name, Path folder, Surroundings around, Watch watch)
            throws IOException {
        var files = new PieceFiles(folder, Pieces.of(signed.manifest()));
        files.createFolders();
        long total = files.pieces().totalBytes();
        var present =
                files.verified(
                        around.hashing(),
                        bytes -> watch.report(new Progress("check", bytes, total, List.of())));
        return new Pull(signed, name, files, present, around);
    }

    void watch(Watch watch) {
        watches.add(watch);
    }

    long hereBytes() {
        return hereBytes.get();
    }

    String name() {
        return name;
    }

    ContentId bundle() {
        return signed.manifest().bundle().bundle();
    }

    /// The files are elsewhere now; who pulls from here does not notice.
    void moved(Path folder) {
        files = new PieceFiles(folder, files.pieces());
    }

    /// Returns when every piece is here, every file has its hash, and all is on the disk.
    void run() throws IOException, InterruptedException {
        var hashing = Thread.ofVirtual().name("mens-pull-hash").unstarted(this::hashWholes);
        var writing = Thread.ofVirtual().name("mens-pull-write").unstarted(this::writeOut);
        hashing.start();
        writing.start();
        try {
            gather();
            hashing.join();
            writing.join();
            rethrow();
            files.seal();
        } catch (ProblemException | IOException | InterruptedException e) {
            plan.fail(e);
            throw e;
        } finally {
            links.values().forEach(Thread::interrupt);
            for (var link : links.values()) {
                link.join();
            }
        }
    }

    private void gather() throws InterruptedException {
        long lastSeen = System.nanoTime();
        while (!plan.done() && plan.failure() == null) {
            meetHolders();
            if (plan.anybody()) {
                lastSeen = System.nanoTime();
            } else if (System.nanoTime() - lastSeen > PATIENCE.toNanos()) {
                throw TransferProblem.NO_HOLDER.with(
                        bundle().shortHex(),
                        troubles.isEmpty() ? "no peer has it" : troubles.values(),
                        hereBytes(),
                        files.pieces().totalBytes());
            }
            plan.awaitDone(LOOK_AROUND);
            report("pull", hereBytes());
        }
    }

    private void meetHolders() {
        long now = System.nanoTime();
        links.values().removeIf(link -> !link.isAlive());
        for (var peer : around.holders().get()) {
            boolean wanted =
                    !links.containsKey(peer)
                            && !blamed.contains(peer)
                            && now - notBefore.getOrDefault(peer, now) >= 0;
            if (wanted) {
                links.put(
                        peer,
                        Thread.ofVirtual()
                                .name("mens-pull-" + peer.abbreviated())
                                .inheritInheritableThreadLocals(false)
                                .start(() -> follow(peer)));
            }
        }
    }

    private void follow(PeerId peer) {
        var link =
                new HolderLink(peer, bundle(), plan, files, around.hashing(), this, around.pace());
        try {
            switch (link.run(around.links())) {
                case OVER -> troubles.put(peer, peer.abbreviated() + " ended the link");
                case NOT_HERE -> troubles.put(peer, peer.abbreviated() + " has it no more");
                case CORRUPT -> troubles.put(peer, peer.abbreviated() + " sent a corrupt chunk");
            }
        } catch (IOException | ProblemException e) {
            if (!plan.done()) {
                troubles.put(peer, peer.abbreviated() + ": " + e.getMessage());
                LOG.info("pull of {}: {}", bundle().shortHex(), e.toString());
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        } finally {
            plan.leave(peer);
            notBefore.put(peer, System.nanoTime() + Duration.ofSeconds(1).toNanos());
        }
    }

    private void hashWholes() {
        try {
            new WholeFiles(files, plan, around.hashing(), around.pace())
                    .hash(
                            bytes -> {
                                if (plan.done()) {
                                    report("hash", bytes);
                                }
                            });
        } catch (IOException | ProblemException e) {
            plan.fail(e);
        } catch (InterruptedException over) {
            plan.fail(over);
        }
    }

    /// So that little is left to wait for at the end.
    private void writeOut() {
        try {
            while (!plan.done() && plan.failure() == null) {
                plan.awaitDone(LOOK_AROUND);
                for (var file : List.copyOf(unwritten)) {
                    unwritten.remove(file);
                    files.writeOut(file);
                }
            }
        } catch (IOException failed) {
            plan.fail(TransferProblem.diskFailed(failed, files.folder()));
        } catch (InterruptedException over) {
            plan.fail(over);
        }
    }

    private void rethrow() throws IOException, InterruptedException {
        switch (plan.failure()) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case InterruptedException e -> throw e;
            case Exception e -> throw new AssertionError("only these are recorded", e);
        }
    }

    private void report(String step, long doneBytes) {
        var progress =
                new Progress(step, doneBytes, files.pieces().totalBytes(), rates.perSecond());
        watches.forEach(watch -> watch.report(progress));
    }

    @Override
    public void received(PeerId from, int bytes) {
        around.meter().received(from, bytes);
        rates.count(from, bytes);
    }

    @Override
    public void arrived(Pieces.Piece piece) {
        hereBytes.addAndGet(piece.size());
        unwritten.add(piece.file());
    }

    @Override
    public void corrupt(PeerId from, Pieces.Piece piece) {
        blamed.add(from);
        around.meter().refused(from);
        around.blame().corrupt(from, bundle(), piece);
    }

    @Override
    public Pieces pieces() {
        return files.pieces();
    }

    @Override
    public boolean complete() {
        return false;
    }

    @Override
    public BitSet present() {
        return plan.present();
    }

    @Override
    public void read(int piece, byte[] into) throws IOException {
        var from = files;
        try {
            from.read(piece, into);
        } catch (FileNotFoundException moved) {
            if (from.equals(files)) {
                throw moved;
            }
            files.read(piece, into);
        }
    }

    @Override
    public Subscription follow(IntConsumer news) {
        return plan.follow(news::accept);
    }
}
