package dev.mens.transfer;

import dev.mens.mesh.Link;
import dev.mens.mesh.LinkProtocol;
import java.io.IOException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/// Takes copies of bundles when peers ask for that.
@Component
public final class ReplicaProtocol implements LinkProtocol {
    private final MeshSharing sharing;

    @Activate
    public ReplicaProtocol(
            @Reference(policyOption = ReferencePolicyOption.GREEDY) MeshSharing sharing) {
        this.sharing = sharing;
    }

    @Override
    public String name() {
        return Replication.NAME;
    }

    @Override
    public void serve(Link link) throws IOException, InterruptedException {
        sharing.serveReplicas(link);
    }
}
