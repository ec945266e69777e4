package dev.mens.transfer;

import dev.mens.content.ContentId;
import dev.mens.content.ContentStore;
import dev.mens.content.Manifests;
import dev.mens.content.StoredModel;
import dev.mens.crypto.Hashing;
import dev.mens.diagnostics.ProblemException;
import dev.mens.inference.Dispatcher;
import dev.mens.mesh.Donations;
import dev.mens.mesh.Inventory;
import dev.mens.mesh.Link;
import dev.mens.mesh.Mesh;
import dev.mens.mesh.ModelSharing;
import dev.mens.mesh.PeerId;
import dev.mens.mesh.PeerLinks;
import dev.mens.oplog.OpLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This node's part in sharing models: what it offers, what it gets, and what it keeps copies of.
@Component(
        immediate = true,
        service = {ModelSharing.class, MeshSharing.class})
@Designate(ocd = MeshSharing.Config.class)
public final class MeshSharing implements ModelSharing {
    private static final Logger LOG = LoggerFactory.getLogger(MeshSharing.class);

    private final Node node;
    private final Shared shared;
    private final Offers offers;
    private final TrafficMeter meter = new TrafficMeter();
    private final Pace pace = new Pace(this::generating);
    private final Handouts handouts = new Handouts();
    private final Replication replication;
    private final Testimony testimony;
    private final Pulls pulls;
    private final Upkeep upkeep;

    /// Without it nothing generates here.
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Dispatcher dispatcher;

    /// The services of this node that transfers use.
    record Node(
            Mesh mesh,
            PeerLinks links,
            Inventory inventory,
            ContentStore store,
            Manifests manifests,
            Hashing hashing,
            OpLog log,
            Donations donations) {
        PeerId self() {
            return mesh.status().self();
        }
    }

    @ObjectClassDefinition(name = "Model sharing")
    @interface Config {
        @AttributeDefinition(
                description = "peers that keep each shared bundle of up to 64 MiB; 1 for no copies")
        int copies() default 2;
    }

    @Activate
    public MeshSharing(
            BundleContext context,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Mesh mesh,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) PeerLinks links,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Inventory inventory,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) ContentStore store,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Manifests manifests,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Hashing hashing,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) OpLog log,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Donations donations,
            Config config) {
        this(
                new Node(mesh, links, inventory, store, manifests, hashing, log, donations),
                Path.of(context.getProperty("mens.home"), "mesh", "shared"),
                config.copies());
        upkeep.start();
    }

    MeshSharing(Node node, Path marks, int copies) {
        this.node = node;
        this.shared = new Shared(marks, node.store());
        this.offers = new Offers(node.inventory(), node.self());
        this.replication = new Replication(node.links(), offers, this::others);
        this.testimony = new Testimony(node.mesh(), node.log());
        this.pulls = new Pulls(node, offers, meter, pace, testimony, new Arrivals());
        this.upkeep = new Upkeep(node, shared, offers, replication, pulls.running(), copies);
    }

    /// Without ending what is under way.
    @Modified
    void configure(Config config) {
        upkeep.keep(config.copies());
    }

    @Deactivate
    void stop() {
        upkeep.close();
    }

    @Override
    public List<PeerId> push(StoredModel model) throws IOException, InterruptedException {
        share(model);
        upkeep.keepCopiesOf(model);
        return offers.copies(model.id());
    }

    private void share(StoredModel model) throws IOException {
        node.inventory().publishManifest(model.id(), node.manifests().encode(model.signed()));
        shared.add(model.id());
        upkeep.publish();
        testimony.available(model.id());
    }

    @Override
    public StoredModel pull(String reference, Watch watch)
            throws IOException, InterruptedException {
        var offer = offers.one(reference);
        var here = node.store().find(offer.bundle());
        if (here.isPresent()) {
            share(here.get());
            return here.get();
        }
        return pulls.await(offer, watch);
    }

    @Override
    public List<Offer> offers() {
        return offers.all();
    }

    @Override
    public List<PeerId> replicate(StoredModel model, int copies)
            throws IOException, InterruptedException {
        share(model);
        return replication.spread(model.id(), model.title(), copies);
    }

    @Override
    public List<Traffic> traffic() {
        return meter.report();
    }

    void serveChunks(Link link) throws IOException, InterruptedException {
        new ChunkServing(link, this::source, meter, pace, handouts).run();
    }

    private Optional<ChunkSource> source(ContentId bundle) {
        var coming = pulls.source(bundle);
        if (coming.isPresent()) {
            return coming;
        }
        try {
            return shared.find(bundle).map(StoredSource::of);
        } catch (IOException unreadable) {
            LOG.warn("cannot serve {}", bundle, unreadable);
            return Optional.empty();
        }
    }

    void serveReplicas(Link link) throws IOException, InterruptedException {
        Replication.serve(link, this::takeCopy);
    }

    /// Taking a copy is work for a peer, and a policy that shuts the peer out counts; none that
    /// must be granted: members of a mesh keep each other's models alive.
    private String takeCopy(ContentId bundle, PeerId requester) throws InterruptedException {
        var state = node.donations().state();
        if (state instanceof Donations.Unsound) {
            return "its donations.vox is not sound, so all is refused";
        }
        var policy = state.policy();
        boolean out =
                policy.deniedUsers().contains(requester.hex())
                        || !policy.allowedUsers().admits(requester.hex());
        if (out) {
            return "its policy shuts this node out";
        }
        try {
            var _ = pull(bundle.toString(), _ -> {});
            return "";
        } catch (IOException | ProblemException e) {
            LOG.info("no copy of {}", bundle.shortHex(), e);
            return String.valueOf(e.getMessage());
        }
    }

    /// A bundle is shared by whoever has pulled it, and its pieces as they come.
    private final class Arrivals implements Pulls.Listener {
        @Override
        public void changed() throws IOException {
            upkeep.publish();
        }

        @Override
        public void arrived(StoredModel model) throws IOException {
            share(model);
        }
    }

    private List<PeerId> others() {
        var self = node.self();
        var others = new ArrayList<PeerId>();
        for (var peer : node.mesh().present()) {
            if (!peer.id().equals(self)) {
                others.add(peer.id());
            }
        }
        return others;
    }

    private boolean generating() {
        var present = dispatcher;
        return present != null
                && present.ownBackends().stream().anyMatch(status -> status.activeStreams() > 0);
    }
}
