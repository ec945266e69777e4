package dev.mens.remote;

import dev.mens.content.ContentId;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.ModelSharing;
import dev.mens.mesh.ModelSharing.Offer;
import dev.mens.mesh.PeerLinks;
import dev.mens.model.Model;
import dev.mens.model.ModelFacts;
import dev.mens.model.ModelSupply;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
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

    private final ModelSharing sharing;
    private final PeerLinks links;
    private final Path models;
    private final Map<ContentId, ModelFacts> described = new ConcurrentHashMap<>();

    @Activate
    public MeshModels(
            BundleContext context,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) ModelSharing sharing,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) PeerLinks links) {
        this(sharing, links, Path.of(context.getProperty("mens.home"), "store", "models"));
    }

    /// @param models where the store keeps the folders of its bundles
    MeshModels(ModelSharing sharing, PeerLinks links, Path models) {
        this.sharing = sharing;
        this.links = links;
        this.models = models;
    }

    @Override
    public Optional<Model> find(String reference) throws IOException {
        var prefix = reference.toLowerCase(Locale.ROOT);
        for (var offer : sharing.offers()) {
            boolean meant =
                    offer.name().equals(reference)
                            || (prefix.length() >= SHORTEST_PREFIX
                                    && offer.bundle().toString().startsWith(prefix));
            if (meant && !offer.holders().isEmpty()) {
                return Optional.of(model(offer));
            }
        }
        return Optional.empty();
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
