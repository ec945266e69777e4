package dev.mens.cluster;

import dev.mens.cluster.facts.SharedInventory;
import dev.mens.cluster.links.PeerStreams;
import dev.mens.mesh.InventoryListener;
import dev.mens.mesh.LinkProtocol;
import dev.mens.mesh.MeshListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/// Hands what other bundles offer to the mesh. The services that they offer mostly need the mesh
/// themselves, so this is a component of its own that nobody refers to: otherwise neither side
/// could be made before the other.
@Component(service = {})
public final class Whiteboard {
    private final ClusterMesh mesh;
    private final PeerStreams streams;
    private final SharedInventory inventory;

    @Activate
    public Whiteboard(
            @Reference ClusterMesh mesh,
            @Reference PeerStreams streams,
            @Reference SharedInventory inventory) {
        this.mesh = mesh;
        this.streams = streams;
        this.inventory = inventory;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addProtocol(LinkProtocol protocol) {
        streams.addProtocol(protocol);
    }

    void removeProtocol(LinkProtocol protocol) {
        streams.removeProtocol(protocol);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addMeshListener(MeshListener listener) {
        mesh.addListener(listener);
    }

    void removeMeshListener(MeshListener listener) {
        mesh.removeListener(listener);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addInventoryListener(InventoryListener listener) {
        inventory.addListener(listener);
    }

    void removeInventoryListener(InventoryListener listener) {
        inventory.removeListener(listener);
    }
}
