package dev.mens.cluster.relay;

import dev.mens.cluster.gate.Gate;
import dev.mens.cluster.gate.Refusals;
import dev.mens.cluster.gate.Station;
import dev.mens.cluster.gate.Tls;
import dev.mens.cluster.trust.MeshSecret;
import dev.mens.crypto.Hashing;
import dev.mens.crypto.IdentityCertificate;
import dev.mens.mesh.Endpoint;
import dev.mens.mesh.MeshRouter;
import dev.mens.mesh.MeshSettings;
import java.io.IOException;
import java.time.Clock;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/// Runs routers.
@Component
public final class RouterNode implements MeshRouter {
    private final Hashing hashing;
    private final IdentityCertificate identity;
    private final String software;

    @Activate
    public RouterNode(
            BundleContext context,
            @Reference Hashing hashing,
            @Reference IdentityCertificate identity) {
        this.hashing = hashing;
        this.identity = identity;
        this.software = context.getBundle().getVersion().toString();
    }

    /// What everybody proves to a router: nothing.
    static MeshSecret openToAll(Hashing hashing) {
        return new MeshSecret(new byte[MeshSettings.SECRET_BYTES], hashing);
    }

    @Override
    public Opened open(Endpoint bind) throws IOException {
        var station = new Station(new Tls(identity), hashing, software, Clock.systemUTC());
        var gate = new Gate(bind, station, new Refusals());
        gate.open(new Router(openToAll(hashing)));
        return new Opened() {
            @Override
            public Endpoint listening() {
                return gate.listening();
            }

            @Override
            public void close() {
                gate.close();
            }
        };
    }
}
