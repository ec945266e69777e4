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
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final Map<PeerId, Offered> offered = new HashMap<>();
    private boolean stopped;

    /// What one peer offers, and the links to it.
    private record Offered(
            PeerCalls calls, Map<BackendOffer, ServiceRegistration<InferenceBackend>> services) {

        /// Ends the services of what is not offered any more.
        void retain(Collection<BackendOffer> offers) {
            for (var offer : List.copyOf(services.keySet())) {
                if (!offers.contains(offer)) {
                    services.remove(offer).unregister();
                }
            }
        }

        void end() {
            retain(List.of());
            calls.close();
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
        offered.values().forEach(Offered::end);
        offered.clear();
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
        var offers =
                peer.flatMap(_ -> inventory.facts(id)).map(PeerFacts::backends).orElse(List.of());
        var known =
                offered.computeIfAbsent(
                        id, _ -> new Offered(new PeerCalls(id, links), new HashMap<>()));
        known.retain(offers);
        for (var offer : offers) {
            known.services()
                    .computeIfAbsent(
                            offer, _ -> register(peer.orElseThrow(), offer, known.calls()));
        }
        if (offers.isEmpty()) {
            offered.remove(id).end();
        }
    }

    private ServiceRegistration<InferenceBackend> register(
            Peer peer, BackendOffer offer, PeerCalls calls) {
        var backend = new PeerBackend(peer, offer, calls, this, thanks);
        var properties =
                FrameworkUtil.asDictionary(
                        Map.<String, Object>of(
                                "mens.peer", peer.id().hex(), "mens.backend", offer.backend()));
        return context.registerService(InferenceBackend.class, backend, properties);
    }

    @Override
    public boolean has(Peer peer, ContentId bundle) {
        return inventory.facts(peer.id()).filter(facts -> holds(facts, bundle)).isPresent();
    }

    @Override
    public boolean offered(ContentId bundle) {
        return inventory.facts().stream().anyMatch(facts -> holds(facts, bundle));
    }

    private static boolean holds(PeerFacts facts, ContentId bundle) {
        return facts.holdings().stream()
                .anyMatch(held -> held.bundle().equals(bundle) && held.complete());
    }

    @Override
    public int busyStreams(Peer peer) {
        return inventory.facts(peer.id()).map(facts -> facts.load().activeStreams()).orElse(0);
    }
}
