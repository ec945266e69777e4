package dev.mens.remote;

import dev.mens.diagnostics.ProblemException;
import dev.mens.inference.Dispatcher;
import dev.mens.inference.Dispatcher.BackendStatus;
import dev.mens.mesh.DonationPolicy;
import dev.mens.mesh.Donations;
import dev.mens.mesh.Inventory;
import dev.mens.mesh.Inventory.BackendOffer;
import dev.mens.mesh.Inventory.Load;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says in the inventory what this node runs models with, as far as its policy donates that, and
/// how busy it is.
@Component(immediate = true, service = OwnOffers.class)
public final class OwnOffers {
    private static final Logger LOG = LoggerFactory.getLogger(OwnOffers.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final Dispatcher dispatcher;
    private final Donations donations;
    private final Inventory inventory;
    private final Thread worker;
    private List<BackendOffer> said = List.of();
    private Load load = Load.IDLE;

    @Activate
    public OwnOffers(
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Dispatcher dispatcher,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Donations donations,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Inventory inventory) {
        this.dispatcher = dispatcher;
        this.donations = donations;
        this.inventory = inventory;
        this.worker =
                Thread.ofVirtual()
                        .name("mens-offers")
                        .inheritInheritableThreadLocals(false)
                        .start(this::run);
    }

    @Deactivate
    void stop() {
        worker.interrupt();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    say();
                } catch (IOException | ProblemException e) {
                    LOG.warn("the mesh does not learn what this node offers: {}", e.toString());
                }
                Thread.sleep(PERIOD);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    void say() throws IOException {
        var policy = donations.state().policy();
        var own = dispatcher.ownBackends();
        var offers =
                own.stream()
                        .filter(status -> computes(status) && isDonated(status, policy))
                        .map(OwnOffers::offer)
                        .toList();
        if (!offers.equals(said)) {
            inventory.backends(offers);
            said = offers;
        }
        var busy = new Load(own.stream().mapToInt(BackendStatus::activeStreams).sum(), 0);
        if (!busy.equals(load)) {
            inventory.load(busy);
            load = busy;
        }
    }

    /// A backend whose device was not found states neither memory nor formats.
    private static boolean computes(BackendStatus status) {
        var capabilities = status.capabilities();
        return capabilities.memoryBytes() > 0 || !capabilities.quantizations().isEmpty();
    }

    private static boolean isDonated(BackendStatus status, DonationPolicy policy) {
        boolean cuda = status.capabilities().cudaTier() > 0;
        boolean metal = status.capabilities().metalTier() > 0;
        return policy.acceptsInference()
                && (!cuda || policy.cudaTier() > 0)
                && (!metal || policy.metalTier() > 0);
    }

    private static BackendOffer offer(BackendStatus status) {
        var capabilities = status.capabilities();
        return new BackendOffer(
                status.id(),
                capabilities.detail(),
                capabilities.cudaTier(),
                capabilities.metalTier(),
                capabilities.memoryBytes(),
                capabilities.maxContextTokens(),
                capabilities.quantizations().stream().map(Enum::name).sorted().toList());
    }
}
