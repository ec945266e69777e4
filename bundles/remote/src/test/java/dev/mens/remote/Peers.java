package dev.mens.remote;

import dev.mens.content.ContentId;
import dev.mens.content.StoredModel;
import dev.mens.crypto.PublicKey;
import dev.mens.crypto.hashes.Hashes;
import dev.mens.inference.LoadedModel;
import dev.mens.mesh.Admission;
import dev.mens.mesh.Inventory;
import dev.mens.mesh.ModelSharing;
import dev.mens.mesh.Peer;
import dev.mens.mesh.PeerId;
import dev.mens.mesh.Workload;
import dev.mens.model.Model;
import dev.mens.model.ModelCatalog;
import dev.mens.model.ModelFacts;
import dev.mens.model.Quantization;
import dev.mens.oplog.EntryId;
import dev.mens.oplog.Heads;
import dev.mens.oplog.Op;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.OpLog;
import dev.mens.oplog.Projection;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// This node and a peer that has one model and one backend, with real bytes between them.
final class Peers implements AutoCloseable {
    static final PeerId HERE = new PeerId("ab".repeat(32));
    static final PeerId THERE = new PeerId("cd".repeat(32));
    static final ContentId BUNDLE = ContentId.parse("12".repeat(64));
    static final Model MODEL =
            new Model(
                    "tiny",
                    BUNDLE.toString(),
                    Path.of("nowhere"),
                    new ModelFacts("llama", 7, 5, 512, 3, Quantization.Q8_0, false));

    final CountingDispatcher dispatcher = new CountingDispatcher();
    final List<Workload> admitted = new ArrayList<>();
    final BlockingQueue<Op> thanks = new LinkedBlockingQueue<>();
    final SocketLinks links;
    final PeerBackend backend;

    /// Another backend of the same peer.
    final PeerBackend other;

    private final PeerCalls calls;

    /// Empty if the peer's policy admits all.
    volatile String refusal = "";

    volatile Duration longest = Duration.ofHours(1);

    Peers() throws IOException {
        this(null);
    }

    /// @param instead what the peer does with links, or `null` to serve them
    Peers(SocketLinks.Server instead) throws IOException {
        var work =
                new Work(
                        THERE,
                        dispatcher,
                        new Catalog(),
                        new NoSharing(),
                        new Facts(),
                        new Rules());
        links =
                new SocketLinks(
                        HERE, instead == null ? link -> new Serving(link, work).run() : instead);
        calls = new PeerCalls(THERE, links);
        var peer =
                new Peer(
                        THERE,
                        "there",
                        new PublicKey(new byte[32]),
                        List.of(),
                        "1",
                        Instant.EPOCH,
                        Peer.State.PRESENT);
        var offer = new Inventory.BackendOffer("cpu", "fixture", 0, 0, 1 << 20, 0, List.of());
        var thanks = new Thanks(new Log(), new Hashes());
        backend = new PeerBackend(peer, offer, calls, new Holdings(), thanks);
        var second = new Inventory.BackendOffer("second", "fixture", 0, 0, 1 << 20, 0, List.of());
        other = new PeerBackend(peer, second, calls, new Holdings(), thanks);
    }

    LoadedModel loaded() throws IOException {
        return backend.load(MODEL);
    }

    @Override
    public void close() throws IOException {
        calls.close();
        links.close();
    }

    private static final class Holdings implements PeerBackend.Holdings {
        @Override
        public boolean has(Peer peer, ContentId bundle) {
            return bundle.equals(BUNDLE);
        }

        @Override
        public boolean offered(ContentId bundle) {
            return bundle.equals(BUNDLE);
        }

        @Override
        public int busyStreams(Peer peer) {
            return 0;
        }
    }

    private final class Rules implements Admission {
        @Override
        public Decision decide(Workload work) {
            admitted.add(work);
            return refusal.isEmpty() ? new Job() : new Refused(refusal);
        }

        @Override
        public Preview preview(Workload work) {
            throw new AssertionError("decisions are recorded");
        }

        @Override
        public Preview ask(PeerId peer, Workload work) {
            throw new AssertionError();
        }
    }

    private final class Job implements Admission.Admitted {
        @Override
        public String reason() {
            return "";
        }

        @Override
        public Duration longest() {
            return longest;
        }

        @Override
        public void close() {}
    }

    private static final class Catalog implements ModelCatalog {
        @Override
        public Model resolve(String reference) {
            return MODEL;
        }

        @Override
        public List<Model> list() {
            return List.of(MODEL);
        }
    }

    static class Facts implements Inventory {
        @Override
        public List<PeerFacts> facts() {
            var held = new Holding(BUNDLE, "tiny", 5, 5);
            return List.of(new PeerFacts(THERE, List.of(held), List.of(), Load.IDLE));
        }

        @Override
        public Optional<PeerFacts> facts(PeerId peer) {
            return facts().stream().filter(facts -> facts.peer().equals(peer)).findFirst();
        }

        @Override
        public boolean isComplete() {
            return true;
        }

        @Override
        public void holdings(List<Holding> holdings) {}

        @Override
        public void backends(List<BackendOffer> backends) {}

        @Override
        public void load(Load load) {}

        @Override
        public List<PeerId> holders(ContentId bundle) {
            return List.of();
        }

        @Override
        public void publishManifest(ContentId bundle, byte[] manifest) {}

        @Override
        public Optional<byte[]> manifest(ContentId bundle) {
            return Optional.empty();
        }
    }

    static class NoSharing implements ModelSharing {
        @Override
        public List<PeerId> push(StoredModel model) {
            return List.of();
        }

        @Override
        public StoredModel pull(String reference, Watch watch) throws IOException {
            throw new IOException("nobody offers " + reference);
        }

        @Override
        public List<Offer> offers() {
            return List.of();
        }

        @Override
        public List<PeerId> replicate(StoredModel model, int copies) {
            return List.of();
        }

        @Override
        public List<Traffic> traffic() {
            return List.of();
        }
    }

    /// Keeps what is appended; the rest is not asked for.
    private final class Log implements OpLog {
        @Override
        public List<OpEntry> append(List<? extends Op> ops) {
            thanks.addAll(ops);
            return List.of(
                    new OpEntry(
                            new EntryId(new byte[32]),
                            new PublicKey(new byte[32]),
                            0,
                            Instant.EPOCH,
                            List.of(),
                            ops.getFirst(),
                            new byte[64]));
        }

        @Override
        public List<OpEntry> find(String prefix, int limit) {
            throw new AssertionError();
        }

        @Override
        public List<Placed> read(long from, int limit) {
            throw new AssertionError();
        }

        @Override
        public long end() {
            throw new AssertionError();
        }

        @Override
        public List<Placed> await(long from, int limit, Duration patience) {
            throw new AssertionError();
        }

        @Override
        public Heads heads() {
            throw new AssertionError();
        }

        @Override
        public byte[] digest() {
            throw new AssertionError();
        }

        @Override
        public Status status() {
            throw new AssertionError();
        }

        @Override
        public Verification verify(Progress progress) {
            throw new AssertionError();
        }

        @Override
        public void export(OutputStream out) {
            throw new AssertionError();
        }

        @Override
        public Attachment attach(Projection projection) {
            throw new AssertionError();
        }
    }
}
