package dev.mens.cluster.facts;

import dev.mens.cluster.group.SharedState;
import dev.mens.content.ContentId;
import dev.mens.crypto.Hashing;
import dev.mens.crypto.Signer;
import dev.mens.crypto.Verifier;
import dev.mens.mesh.Inventory;
import dev.mens.mesh.InventoryListener;
import dev.mens.mesh.MeshProblem;
import dev.mens.mesh.PeerId;
import dev.mens.storage.Cbor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/// The inventory in the group's shared state. What this peer says of itself is remembered here, so
/// that it is said again whenever this peer goes up.
@Component(service = {Inventory.class, SharedInventory.class})
public final class SharedInventory implements Inventory {
    /// Larger ones would not replicate well; a thousand models fit.
    private static final int MAX_VALUE_BYTES = 1 << 20;

    private static final String MANIFEST = "manifest";

    /// A part of what a peer says of itself.
    private enum Part {
        HOLDINGS,
        BACKENDS,
        LOAD
    }

    /// What the mesh gives while it is up.
    ///
    /// @param present asked anew each time
    private record Attached(SharedState state, PeerId self, Supplier<Set<PeerId>> present) {}

    private final Signer signer;
    private final Verifier verifier;
    private final Hashing hashing;
    private final Said<List<Holding>> saidHoldings;
    private final Said<List<BackendOffer>> saidBackends;
    private final Said<Load> saidLoad;
    private final Map<Part, byte[]> own = new HashMap<>();
    private final Map<ContentId, byte[]> manifests = new HashMap<>();
    private volatile @Nullable Attached attached;

    private final List<InventoryListener> listeners = new CopyOnWriteArrayList<>();

    @Activate
    public SharedInventory(
            @Reference Signer signer, @Reference Verifier verifier, @Reference Hashing hashing) {
        this.signer = signer;
        this.verifier = verifier;
        this.hashing = hashing;
        saidHoldings = said(Part.HOLDINGS, FactsCodec::holdings);
        saidBackends = said(Part.BACKENDS, FactsCodec::backends);
        saidLoad = said(Part.LOAD, FactsCodec::load);
    }

    private <T> Said<T> said(Part part, Function<byte[], T> decoding) {
        return new Said<>(peer -> key(part, peer), decoding, verifier, hashing);
    }

    public void addListener(InventoryListener listener) {
        listeners.add(listener);
    }

    public void removeListener(InventoryListener listener) {
        listeners.remove(listener);
    }

    /// The mesh is up. Listeners are told of everybody who is there, because what peers said before
    /// has come with the state already, and nobody could read it then.
    ///
    /// @param present who is in it now, this peer included
    public void attach(SharedState state, PeerId self, Supplier<Set<PeerId>> present)
            throws IOException {
        synchronized (this) {
            attached = new Attached(state, self, present);
            sayAgain();
        }
        present.get().forEach(this::tell);
    }

    public synchronized void detach() {
        attached = null;
    }

    private void sayAgain() throws IOException {
        for (var part : own.entrySet()) {
            put(part.getKey(), part.getValue());
        }
        for (var manifest : manifests.entrySet()) {
            put(manifest.getKey(), manifest.getValue());
        }
    }

    /// The shared state has changed.
    public void changed(byte[] key, byte[] value) {
        var about =
                Signed.read(key, value, verifier).map(signed -> PeerId.of(signed.by(), hashing));
        about.ifPresent(this::tell);
    }

    private void tell(PeerId peer) {
        listeners.forEach(listener -> listener.changed(peer));
    }

    /// Which of two values of one key holds.
    public static byte[] newer(byte[] one, byte[] other) {
        return Signed.newer(one, other);
    }

    @Override
    public void holdings(List<Holding> holdings) throws IOException {
        say(Part.HOLDINGS, FactsCodec.holdings(holdings));
    }

    @Override
    public void backends(List<BackendOffer> backends) throws IOException {
        say(Part.BACKENDS, FactsCodec.backends(backends));
    }

    @Override
    public void load(Load load) throws IOException {
        say(Part.LOAD, FactsCodec.load(load));
    }

    @Override
    public List<PeerFacts> facts() {
        var now = attached;
        if (now == null) {
            return List.of();
        }
        var peers = new ArrayList<>(now.present().get());
        peers.sort(
                Comparator.comparing((PeerId peer) -> !peer.equals(now.self()))
                        .thenComparing(Comparator.naturalOrder()));
        return peers.stream().map(peer -> facts(now, peer)).toList();
    }

    @Override
    public Optional<PeerFacts> facts(PeerId peer) {
        var now = attached;
        return now != null && now.present().get().contains(peer)
                ? Optional.of(facts(now, peer))
                : Optional.empty();
    }

    @Override
    public boolean isComplete() {
        var now = attached;
        return now == null
                || now.present().get().stream()
                        .allMatch(peer -> saidHoldings.by(peer, now.state()::get).isPresent());
    }

    @Override
    public List<PeerId> holders(ContentId bundle) {
        var now = attached;
        record Holder(PeerId peer, Holding holding) {}
        return facts().stream()
                .filter(facts -> now != null && !facts.peer().equals(now.self()))
                .flatMap(
                        facts ->
                                facts.holdings().stream()
                                        .map(holding -> new Holder(facts.peer(), holding)))
                .filter(holder -> holder.holding().bundle().equals(bundle))
                .filter(holder -> holder.holding().heldBytes() > 0)
                .sorted(Comparator.comparing(holder -> !holder.holding().complete()))
                .map(Holder::peer)
                .toList();
    }

    @Override
    public synchronized void publishManifest(ContentId bundle, byte[] manifest) throws IOException {
        manifests.put(bundle, manifest.clone());
        put(bundle, manifest);
    }

    @Override
    public Optional<byte[]> manifest(ContentId bundle) {
        var now = attached;
        if (now == null) {
            return Optional.empty();
        }
        var key = key(MANIFEST, bundle.bytes());
        return now.state()
                .get(key)
                .flatMap(value -> Signed.read(key, value, verifier))
                .map(Signed::body);
    }

    private synchronized void say(Part part, byte[] body) throws IOException {
        own.put(part, body);
        put(part, body);
    }

    private void put(Part part, byte[] body) throws IOException {
        var now = attached;
        if (now != null) {
            put(now, key(part, now.self()), body);
        }
    }

    private void put(ContentId bundle, byte[] manifest) throws IOException {
        var now = attached;
        if (now != null) {
            put(now, key(MANIFEST, bundle.bytes()), manifest);
        }
    }

    /// What the state has already is not sent.
    private void put(Attached now, byte[] key, byte[] body) throws IOException {
        if (body.length > MAX_VALUE_BYTES) {
            throw MeshProblem.BAD_FACTS.with("they have %d bytes".formatted(body.length));
        }
        var before = now.state().get(key).flatMap(value -> Signed.read(key, value, verifier));
        if (before.isPresent() && java.util.Arrays.equals(before.get().body(), body)) {
            return;
        }
        long sequence = before.map(Signed::sequence).orElse(0L) + 1;
        now.state().put(key, Signed.sign(key, sequence, body, signer));
    }

    private PeerFacts facts(Attached now, PeerId peer) {
        var state = now.state();
        return new PeerFacts(
                peer,
                saidHoldings.by(peer, state::get).orElse(List.of()),
                saidBackends.by(peer, state::get).orElse(List.of()),
                saidLoad.by(peer, state::get).orElse(Load.IDLE));
    }

    private static byte[] key(Part part, PeerId peer) {
        return Cbor.encode(List.of(part.name().toLowerCase(java.util.Locale.ROOT), peer.hex()));
    }

    private static byte[] key(String kind, byte[] name) {
        return Cbor.encode(List.of(kind, name));
    }
}
