package dev.mens.remote;

import dev.mens.content.ContentId;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Inventory;
import dev.mens.mesh.ModelSharing;
import dev.mens.mesh.ModelSharing.Offer;
import dev.mens.mesh.PeerLinks;
import dev.mens.model.Model;
import dev.mens.model.ModelFacts;
import dev.mens.model.ModelSupply;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/// Models that peers offer. A peer that has one describes it, so that a prompt can be planned, and
/// run there, without a byte of its weights.
@Component
public final class MeshModels implements ModelSupply {
    private static final int SHORTEST_PREFIX = 4;

    /// For peers that have just been met to say what they have.
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Duration LOOK = Duration.ofMillis(50);

    private final ModelSharing sharing;
    private final PeerLinks links;
    private final Inventory inventory;
    private final Path models;
    private final Map<ContentId, ModelFacts> described = new ConcurrentHashMap<>();

    @Activate
    public MeshModels(
            BundleContext context,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) ModelSharing sharing,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) PeerLinks links,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Inventory inventory) {
        this(
                sharing,
                links,
                inventory,
                Path.of(context.getProperty("mens.home"), "store", "models"));
    }

    /// @param models where the store keeps the folders of its bundles
    MeshModels(ModelSharing sharing, PeerLinks links, Inventory inventory, Path models) {
        this.sharing = sharing;
        this.links = links;
        this.inventory = inventory;
        this.models = models;
    }

    @Override
    public Optional<Model> find(String reference) throws IOException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        var offer = offer(reference);
        while (offer.isEmpty() && !inventory.isComplete() && System.nanoTime() < until) {
            pause();
            offer = offer(reference);
        }
        return offer.isPresent() ? Optional.of(model(offer.get())) : Optional.empty();
    }

    private static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while peers say what they have");
        }
    }

    private Optional<Offer> offer(String reference) {
        var prefix = reference.toLowerCase(Locale.ROOT);
        return sharing.offers().stream()
                .filter(offer -> !offer.holders().isEmpty() && isMeant(offer, reference, prefix))
                .findFirst();
    }

    private static boolean isMeant(Offer offer, String name, String prefix) {
        return offer.name().equals(name)
                || (prefix.length() >= SHORTEST_PREFIX
                        && offer.bundle().toString().startsWith(prefix));
    }

    private Model model(Offer offer) throws IOException {
        var facts = described.get(offer.bundle());
        if (facts == null) {
            facts = describe(offer);
            described.put(offer.bundle(), facts);
        }
        var id = offer.bundle().toString();
        return new Model(offer.name(), id, models.resolve(id), facts);
    }

    private ModelFacts describe(Offer offer) throws IOException {
        var trouble = new IOException("no peer describes " + offer.name());
        for (var holder : offer.holders()) {
            try (var call = new PeerCall(() -> links.open(holder, Wire.NAME))) {
                call.describe(offer.bundle());
                if (call.await() instanceof Reply.Facts(_, var facts)) {
                    return facts;
                }
            } catch (IOException | ProblemException e) {
                trouble.addSuppressed(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while a peer describes a model");
            }
        }
        throw trouble;
    }

    @Override
    public Model fetch(Model model) throws IOException, InterruptedException {
        var stored = sharing.pull(model.id(), _ -> {});
        return new Model(stored.title(), model.id(), stored.folder(), model.facts());
    }
}
