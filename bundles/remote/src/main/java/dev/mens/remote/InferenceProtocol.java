package dev.mens.remote;

import dev.mens.inference.Dispatcher;
import dev.mens.mesh.Admission;
import dev.mens.mesh.Inventory;
import dev.mens.mesh.Link;
import dev.mens.mesh.LinkProtocol;
import dev.mens.mesh.Mesh;
import dev.mens.mesh.ModelSharing;
import dev.mens.model.ModelCatalog;
import java.io.IOException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/// Serves inference to peers, as far as the donation policy lets it.
@Component
public final class InferenceProtocol implements LinkProtocol {
    private final Work work;

    @Activate
    public InferenceProtocol(
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Mesh mesh,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Dispatcher dispatcher,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) ModelCatalog catalog,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) ModelSharing sharing,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Inventory inventory,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Admission admission) {
        this(new Work(mesh.status().self(), dispatcher, catalog, sharing, inventory, admission));
    }

    InferenceProtocol(Work work) {
        this.work = work;
    }

    @Override
    public String name() {
        return Wire.NAME;
    }

    @Override
    public void serve(Link link) throws IOException, InterruptedException {
        new Serving(link, work).run();
    }
}
