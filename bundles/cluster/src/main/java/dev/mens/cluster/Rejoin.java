package dev.mens.cluster;

import dev.mens.diagnostics.ProblemException;
import java.io.IOException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.condition.Condition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes a node that has started back into its mesh, beside everything else that it does.
@Component(service = Rejoin.class, immediate = true)
public final class Rejoin {
    private static final Logger LOG = LoggerFactory.getLogger(Rejoin.class);

    private final Thread rejoining;

    @Activate
    public Rejoin(
            @Reference(target = "(osgi.condition.id=mens.started)") Condition started,
            @Reference ClusterMesh mesh) {
        rejoining = Thread.ofVirtual().name("mesh rejoin").start(() -> rejoin(mesh));
    }

    @Deactivate
    void stop() {
        rejoining.interrupt();
    }

    private static void rejoin(ClusterMesh mesh) {
        try {
            mesh.rejoin();
        } catch (IOException | ProblemException down) {
            LOG.error("The mesh stays down: {}", down.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
