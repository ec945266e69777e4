package dev.mens.remote;

import dev.mens.content.ContentId;
import dev.mens.inference.BackendLostException;
import dev.mens.inference.Dispatcher;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenStream;
import dev.mens.mesh.Admission;
import dev.mens.mesh.Inventory;
import dev.mens.mesh.ModelSharing;
import dev.mens.mesh.PeerId;
import dev.mens.mesh.TaskKind;
import dev.mens.mesh.Workload;
import dev.mens.model.Model;
import dev.mens.model.ModelCatalog;
import java.io.IOException;
import java.util.Optional;

/// What this node does for peers that ask for inference: with models that it shares, or that
/// another peer offers, on backends of its own.
///
/// @param self this node
record Work(
        PeerId self,
        Dispatcher dispatcher,
        ModelCatalog catalog,
        ModelSharing sharing,
        Inventory inventory,
        Admission admission) {

    /// @param here the model, if {@link #shared}
    Admission.Decision admit(
            PeerId requester, String backend, ContentId bundle, Optional<Model> here)
            throws IOException, InterruptedException {
        var capabilities =
                dispatcher.ownBackends().stream()
                        .filter(status -> status.id().equals(backend))
                        .findFirst()
                        .orElseThrow(() -> new BackendLostException(backend, "it is not present"))
                        .capabilities();
        long bytes =
                here.map(model -> model.facts().weightBytes()).orElseGet(() -> offered(bundle));
        boolean cuda = capabilities.cudaTier() > 0;
        boolean metal = capabilities.metalTier() > 0;
        var ordinary = Workload.of(TaskKind.TEXT_INFER, requester, bytes);
        return admission.decide(
                new Workload(
                        ordinary.kind(),
                        requester,
                        cuda ? 1 : 0,
                        metal ? 1 : 0,
                        cuda || metal ? bytes : 0,
                        bytes,
                        ordinary.privacy(),
                        false,
                        false,
                        ordinary.scope(),
                        ordinary.priority(),
                        ordinary.replicas(),
                        ordinary.longest()));
    }

    private long offered(ContentId bundle) {
        return sharing.offers().stream()
                .filter(offer -> offer.bundle().equals(bundle))
                .mapToLong(ModelSharing.Offer::bytes)
                .findFirst()
                .orElse(0);
    }

    /// A model that this node lets peers have. Others of its models are nobody's business.
    Optional<Model> shared(ContentId bundle) throws IOException {
        boolean shared =
                inventory.facts(self).stream()
                        .flatMap(facts -> facts.holdings().stream())
                        .anyMatch(held -> held.bundle().equals(bundle) && held.complete());
        return shared ? Optional.of(catalog.resolve(bundle.toString())) : Optional.empty();
    }

    Model fetch(ContentId bundle) throws IOException, InterruptedException {
        var pulled = sharing.pull(bundle.toString(), _ -> {});
        return catalog.resolve(pulled.id().toString());
    }

    TokenStream start(String backend, Model model, Prompt prompt, SamplingParams sampling)
            throws IOException, InterruptedException {
        return dispatcher.submitTo(backend, model, prompt, sampling);
    }
}
