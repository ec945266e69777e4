package dev.mens.transfer;

import dev.mens.content.ContentId;
import dev.mens.content.SignedManifest;
import dev.mens.content.StoredModel;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.ModelSharing.Offer;
import dev.mens.mesh.ModelSharing.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The pulls that are under way: one for each bundle, however many wait for it. Thread-safe.
final class Pulls {
    private final MeshSharing.Node node;
    private final Offers offers;
    private final TrafficMeter meter;
    private final Pace pace;
    private final Testimony testimony;
    private final Listener listener;
    private final Map<ContentId, SharedPull> awaited = new ConcurrentHashMap<>();
    private final Map<ContentId, Pull> running = new ConcurrentHashMap<>();

    /// Whom a pull tells how far it is.
    interface Listener {
        /// A pull has begun or ended: other pieces can be had here than before.
        void changed() throws IOException;

        /// The whole bundle is in the store.
        void arrived(StoredModel model) throws IOException;
    }

    Pulls(
            MeshSharing.Node node,
            Offers offers,
            TrafficMeter meter,
            Pace pace,
            Testimony testimony,
            Listener listener) {
        this.node = node;
        this.offers = offers;
        this.meter = meter;
        this.pace = pace;
        this.testimony = testimony;
        this.listener = listener;
    }

    /// A live view.
    Collection<Pull> running() {
        return running.values();
    }

    /// What has come of a bundle so far.
    Optional<ChunkSource> source(ContentId bundle) {
        return Optional.ofNullable(running.get(bundle));
    }

    /// Waits for the bundle, which somebody else may be waiting for already.
    StoredModel await(Offer offer, Watch watch) throws IOException, InterruptedException {
        var pull =
                awaited.computeIfAbsent(
                        offer.bundle(),
                        bundle ->
                                new SharedPull(
                                        "mens-pull-" + bundle.shortHex(),
                                        progress -> transfer(offer, progress),
                                        () -> awaited.remove(bundle)));
        return pull.await(watch);
    }

    private StoredModel transfer(Offer offer, Watch watch)
            throws IOException, InterruptedException {
        var bundle = offer.bundle();
        var signed = manifest(offer);
        try (var staging = node.store().stage(bundle.toString().substring(0, 32))) {
            var folder = staging.folder().resolve("model");
            var pull = Pull.open(signed, offer.name(), folder, around(bundle), watch);
            requireRoom(offer, staging.folder(), pull);
            pull.watch(watch);
            running.put(bundle, pull);
            try {
                listener.changed();
                pull.run();
                var stored = node.store().add(folder, signed, name(offer));
                pull.moved(stored.folder());
                listener.arrived(stored);
                staging.discard();
                return stored;
            } catch (ProblemException problem) {
                if (problem.problem() == TransferProblem.WRONG_WHOLE) {
                    staging.discard();
                }
                throw problem;
            } finally {
                running.remove(bundle);
                listener.changed();
            }
        }
    }

    private Pull.Surroundings around(ContentId bundle) {
        return new Pull.Surroundings(
                node.self(),
                node.links(),
                () -> offers.holders(bundle),
                node.hashing(),
                meter,
                pace,
                testimony::blame);
    }

    private SignedManifest manifest(Offer offer) throws IOException {
        var bytes = node.inventory().manifest(offer.bundle());
        if (bytes.isEmpty()) {
            throw TransferProblem.NO_MANIFEST.with(offer.name());
        }
        var signed = node.manifests().decode(bytes.get());
        if (!signed.manifest().bundle().bundle().equals(offer.bundle())) {
            throw TransferProblem.NO_MANIFEST.with(offer.name());
        }
        return signed;
    }

    private static void requireRoom(Offer offer, Path folder, Pull pull) throws IOException {
        long needed = pull.pieces().totalBytes() - pull.hereBytes();
        long free = Files.getFileStore(folder).getUsableSpace();
        if (needed > free) {
            throw TransferProblem.NO_ROOM.with(offer.name(), needed, free);
        }
    }

    /// The peer's name for it, unless that is another model's here or no name at all.
    private String name(Offer offer) throws IOException {
        var name = offer.name();
        boolean sound = name.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,80}");
        boolean taken =
                node.store().list().stream()
                        .anyMatch(
                                model ->
                                        model.names().contains(name)
                                                && !model.id().equals(offer.bundle()));
        var suffix = offer.bundle().shortHex();
        return sound && !taken ? name : (sound ? name : "model") + "-" + suffix;
    }
}
