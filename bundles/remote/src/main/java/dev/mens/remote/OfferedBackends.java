package dev.mens.remote;

import dev.mens.content.ContentId;
import dev.mens.crypto.Hashing;
import dev.mens.inference.InferenceBackend;
import dev.mens.mesh.Inventory;
import dev.mens.mesh.Inventory.BackendOffer;
import dev.mens.mesh.Inventory.PeerFacts;
import dev.mens.mesh.InventoryListener;
import dev.mens.mesh.Mesh;
import dev.mens.mesh.MeshListener;
import dev.mens.mesh.Peer;
import dev.mens.mesh.PeerId;
import dev.mens.mesh.PeerLinks;
import dev.mens.oplog.OpLog;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/// Keeps one `InferenceBackend` service for each backend that a present peer offers.
@Component(
        immediate = true,
        service = {InventoryListener.class, MeshListener.class})
public final class OfferedBackends
        implements InventoryListener, MeshListener, PeerBackend.Holdings {
    private final BundleContext context;
    private final Mesh mesh;
    private final Inventory inventory;
    private final PeerLinks links;
    private final Thanks thanks;
    private final Map<PeerId, Map<BackendOffer, Service>> services = new HashMap<>();
    private boolean stopped;

    private record Service(
            PeerBackend backend, ServiceRegistration<InferenceBackend> registration) {
        void end() {
            registration.unregister();
            backend.close();
        }
    }

    @Activate
    public OfferedBackends(
            BundleContext context,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Mesh mesh,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Inventory inventory,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) PeerLinks links,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) OpLog log,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Hashing hashing) {
        this.context = context;
        this.mesh = mesh;
        this.inventory = inventory;
        this.links = links;
        this.thanks = new Thanks(log, hashing);
        mesh.present().forEach(peer -> changed(peer.id()));
    }

    @Deactivate
    synchronized void stop() {
        stopped = true;
        services.values().forEach(offered -> offered.values().forEach(Service::end));
        services.clear();
    }

    @Override
    public void joined(Peer peer) {
        changed(peer.id());
    }

    @Override
    public void left(Peer peer) {
        changed(peer.id());
    }

    @Override
    public synchronized void changed(PeerId id) {
        if (stopped || id.equals(mesh.status().self())) {
            return;
        }
        var peer = mesh.present().stream().filter(one -> one.id().equals(id)).findFirst();
        var offers = peer.flatMap(_ -> facts(id)).map(PeerFacts::backends).orElse(List.of());
        var known = services.computeIfAbsent(id, _ -> new HashMap<>());
        known.entrySet()
                .removeIf(
                        entry -> {
                            boolean gone = !offers.contains(entry.getKey());
                            if (gone) {
                                entry.getValue().end();
                            }
                            return gone;
                        });
        for (var offer : offers) {
            known.computeIfAbsent(offer, _ -> register(peer.orElseThrow(), offer));
        }
    }

    private Service register(Peer peer, BackendOffer offer) {
        var backend = new PeerBackend(peer, offer, new PeerCalls(peer.id(), links), this, thanks);
        var properties =
                FrameworkUtil.asDictionary(
                        Map.<String, Object>of(
                                "mens.peer", peer.id().hex(), "mens.backend", offer.backend()));
        return new Service(
                backend, context.registerService(InferenceBackend.class, backend, properties));
    }

    private Optional<PeerFacts> facts(PeerId peer) {
        return inventory.facts().stream().filter(facts -> facts.peer().equals(peer)).findFirst();
    }

    @Override
    public boolean has(Peer peer, ContentId bundle) {
        return holds(facts(peer.id()).stream(), bundle);
    }

    @Override
    public boolean offered(ContentId bundle) {
        return holds(inventory.facts().stream(), bundle);
    }

    private static boolean holds(Stream<PeerFacts> facts, ContentId bundle) {
        return facts.flatMap(one -> one.holdings().stream())
                .anyMatch(held -> held.bundle().equals(bundle) && held.complete());
    }

    @Override
    public int busyStreams(Peer peer) {
        return facts(peer.id()).map(facts -> facts.load().activeStreams()).orElse(0);
    }
}
