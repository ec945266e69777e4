package dev.mens.transfer;

import dev.mens.content.ContentId;
import dev.mens.content.Manifest;
import dev.mens.content.ModelBundle;
import dev.mens.content.Provenance;
import dev.mens.content.SignedManifest;
import dev.mens.content.StoredFile;
import dev.mens.content.WeightFormat;
import dev.mens.crypto.PublicKey;
import dev.mens.crypto.hashes.Hashes;
import dev.mens.mesh.PeerId;
import dev.mens.model.Quantization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// Peers in one process with one bundle between them.
final class Swarm {
    final Hashes hashing = new Hashes();
    final PipedLinks links = new PipedLinks();
    final SignedManifest signed;
    final Path origin;
    final Map<PeerId, TrafficMeter> meters = new ConcurrentHashMap<>();
    final Map<PeerId, ChunkSource> sources = new ConcurrentHashMap<>();

    /// Who sent which chunk that did not fit.
    final List<String> blamed = new CopyOnWriteArrayList<>();

    Runnable whenBlamed = () -> {};

    private final Path folder;

    /// @param sizes of the bundle's files, whose bytes are random
    Swarm(Path folder, int... sizes) throws IOException, InterruptedException {
        this.folder = folder;
        this.origin = folder.resolve("origin");
        var files = new ArrayList<StoredFile>();
        var random = new Random(42);
        for (int i = 0; i < sizes.length; i++) {
            var file = origin.resolve("part-" + i);
            Files.createDirectories(origin);
            var bytes = new byte[sizes[i]];
            random.nextBytes(bytes);
            Files.write(file, bytes);
            var hash = hashing.hash(file, _ -> {});
            files.add(new StoredFile("part-" + i, new ContentId(hash.sha3()), hash.tree()));
        }
        this.signed = signed(files);
    }

    private Swarm(Swarm honest, SignedManifest signed) {
        this.folder = honest.folder;
        this.origin = honest.origin;
        this.signed = signed;
    }

    /// As this, but with a manifest that names another whole for its first file.
    Swarm lying() {
        var files = new ArrayList<>(signed.manifest().files());
        var first = files.getFirst();
        var other = new ContentId(hashing.sha3(new byte[] {1}));
        files.set(0, new StoredFile(first.path(), other, first.chunks()));
        return new Swarm(this, signed(files));
    }

    /// Transfers read no hash but those of files and chunks.
    private static SignedManifest signed(List<StoredFile> files) {
        var id = files.getFirst().id();
        var bundle =
                new ModelBundle(
                        id, List.of(), id, id, id, new WeightFormat.Single(), Quantization.F32);
        var provenance = new Provenance(Instant.EPOCH, "test", id, "test", "test", List.of());
        var manifest = new Manifest(bundle, files, provenance);
        return new SignedManifest(manifest, new PublicKey(new byte[32]), new byte[64]);
    }

    static PeerId peer(int number) {
        return new PeerId("%016x".formatted(number * 0x9E3779B97F4A7C15L).repeat(4));
    }

    Pieces pieces() {
        return Pieces.of(signed.manifest());
    }

    /// A peer that has everything.
    void hold(PeerId peer) throws IOException {
        hold(peer, copy(peer));
    }

    void hold(PeerId peer, Path files) {
        serve(peer, new StoredSource(new PieceFiles(files, pieces())));
    }

    Path copy(PeerId peer) throws IOException {
        var copy = Files.createDirectories(folder.resolve(peer.hex()));
        for (var file : signed.manifest().files()) {
            Files.copy(origin.resolve(file.path()), copy.resolve(file.path()));
        }
        return copy;
    }

    private void serve(PeerId peer, ChunkSource source) {
        sources.put(peer, source);
        var meter = meter(peer);
        var handouts = new Handouts();
        links.serve(
                peer,
                link ->
                        new ChunkServing(
                                        link,
                                        _ -> Optional.of(sources.get(peer)),
                                        meter,
                                        new Pace(() -> false),
                                        handouts)
                                .run());
    }

    TrafficMeter meter(PeerId peer) {
        return meters.computeIfAbsent(peer, _ -> new TrafficMeter());
    }

    long sent(PeerId peer) {
        return meter(peer).report().stream().mapToLong(traffic -> traffic.sentBytes()).sum();
    }

    long received(PeerId peer) {
        return meter(peer).report().stream().mapToLong(traffic -> traffic.receivedBytes()).sum();
    }

    Path staging(PeerId peer) {
        return folder.resolve("staging-" + peer.hex());
    }

    /// A pull that others can pull from.
    Pull pull(PeerId peer) throws IOException {
        var around =
                new Pull.Surroundings(
                        peer,
                        links.of(peer),
                        () ->
                                sources.keySet().stream()
                                        .filter(other -> !other.equals(peer))
                                        .toList(),
                        hashing,
                        meter(peer),
                        new Pace(() -> false),
                        (holder, _, piece) -> {
                            blamed.add(holder.abbreviated() + " chunk " + piece.chunk());
                            whenBlamed.run();
                        });
        var pull = Pull.open(signed, "test", staging(peer), around, _ -> {});
        serve(peer, pull);
        return pull;
    }

    boolean isWhole(PeerId peer) throws IOException {
        for (var file : signed.manifest().files()) {
            if (Files.mismatch(origin.resolve(file.path()), staging(peer).resolve(file.path()))
                    >= 0) {
                return false;
            }
        }
        return true;
    }

    /// Turns one bit of a file.
    static void damage(Path file, int at) throws IOException {
        var bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }
}
