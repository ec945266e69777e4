package dev.mens.transfer;

import dev.mens.mesh.Link;
import dev.mens.mesh.LinkProtocol;
import java.io.IOException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/// Sends chunks to peers.
@Component
public final class ChunkProtocol implements LinkProtocol {
    private final MeshSharing sharing;

    @Activate
    public ChunkProtocol(
            @Reference(policyOption = ReferencePolicyOption.GREEDY) MeshSharing sharing) {
        this.sharing = sharing;
    }

    @Override
    public String name() {
        return ChunkWire.NAME;
    }

    @Override
    public void serve(Link link) throws IOException, InterruptedException {
        sharing.serveChunks(link);
    }
}
