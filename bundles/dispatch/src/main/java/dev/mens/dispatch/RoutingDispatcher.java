package dev.mens.dispatch;

import dev.mens.compute.Hardware;
import dev.mens.inference.BackendLostException;
import dev.mens.inference.Dispatcher;
import dev.mens.inference.InferenceBackend;
import dev.mens.inference.Prompt;
import dev.mens.inference.RemoteBackend;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenStream;
import dev.mens.model.Model;
import dev.mens.model.ModelSupply;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/// The way of every request: its turn, the best backend, the model loaded there once, a stream
/// that survives its backend.
///
/// It is immediate because loaded models and the queue must outlast the last user's reference.
@Component(immediate = true)
@Designate(ocd = DispatchConfig.class)
public final class RoutingDispatcher implements Dispatcher {
    private final Signal signal = new Signal();
    private final Roster roster;
    private final Turns turns;
    private final Placement placement;
    private final Settings settings;
    private final ScheduledExecutorService housekeeping;

    /// Optional, so that replacing `policy` disturbs no stream: without a report there is no
    /// accelerator of this machine's.
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Hardware hardware;

    /// Without it there are the models of this machine.
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable ModelSupply supply;

    @Activate
    public RoutingDispatcher(DispatchConfig config) {
        this(Settings.of(config), InstantSource.system());
    }

    RoutingDispatcher(Settings settings, InstantSource clock) {
        this.settings = settings;
        this.roster = new Roster(clock, signal);
        this.turns = new Turns(settings.maxStreams(), signal);
        this.placement =
                new Placement(roster, signal, settings.moveGrace(), () -> hardware, () -> supply);
        this.housekeeping =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofVirtual()
                                .name("mens-idle-models")
                                .inheritInheritableThreadLocals(false)
                                .factory());
        long period = Math.max(1, settings.idleUnload().dividedBy(4).toSeconds());
        var _ =
                housekeeping.scheduleWithFixedDelay(
                        this::unloadIdle, period, period, TimeUnit.SECONDS);
    }

    /// By method and not by field: the moment of a departure matters.
    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addBackend(InferenceBackend backend) {
        roster.add(backend);
    }

    void removeBackend(InferenceBackend backend) {
        roster.remove(backend);
    }

    void setHardware(Hardware found) {
        hardware = found;
    }

    void setSupply(ModelSupply found) {
        supply = found;
    }

    @Deactivate
    void stop() {
        housekeeping.shutdownNow();
    }

    @Override
    public TokenStream submit(Model model, Prompt prompt, SamplingParams sampling)
            throws IOException {
        var stream =
                new SurvivingStream(
                        placement, turns.ask(), signal, model, prompt, seeded(sampling));
        try {
            stream.start();
            return stream;
        } catch (InterruptedException e) {
            stream.close();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a backend was sought");
        }
    }

    @Override
    public TokenStream submitTo(String backend, Model model, Prompt prompt, SamplingParams sampling)
            throws IOException {
        var turn = turns.ask();
        boolean running = false;
        try {
            turn.await(() -> false);
            var lease = slot(backend).lease(model, () -> false);
            var stream = PinnedStream.start(lease, turn, prompt, seeded(sampling));
            running = true;
            return stream;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + backend);
        } finally {
            if (!running) {
                turn.close();
            }
        }
    }

    private Slot slot(String backend) throws BackendLostException {
        return roster.slots().stream()
                .filter(slot -> slot.id().equals(backend))
                .findFirst()
                .orElseThrow(() -> new BackendLostException(backend, "it is not present"));
    }

    /// A random seed is drawn here and not by the backend, so that a stream that moves goes on
    /// with the same one.
    private static SamplingParams seeded(SamplingParams given) {
        if (given.seed().isPresent()) {
            return given;
        }
        return new SamplingParams(
                given.maxTokens(),
                given.temperature(),
                given.topK(),
                given.topP(),
                given.minP(),
                given.repetitionPenalty(),
                given.frequencyPenalty(),
                given.presencePenalty(),
                OptionalLong.of(ThreadLocalRandom.current().nextLong()),
                given.stop(),
                given.logprobs(),
                given.ignoreEnd());
    }

    @Override
    public List<float[]> embed(Model model, List<String> texts)
            throws IOException, InterruptedException {
        try (var turn = turns.ask()) {
            turn.await(() -> false);
            return placement.place(
                    model,
                    null,
                    () -> false,
                    lease -> {
                        try (lease) {
                            return lease.slot().backend().embed(lease.loaded(), texts);
                        }
                    });
        }
    }

    @Override
    public List<Candidate> route(Model model) {
        return placement.foresee(model).stream()
                .map(ranked -> new Candidate(ranked.slot().id(), ranked.verdict()))
                .toList();
    }

    @Override
    public List<BackendStatus> backends() {
        return roster.slots().stream().map(Slot::status).toList();
    }

    @Override
    public List<BackendStatus> ownBackends() {
        return roster.slots().stream()
                .filter(slot -> !(slot.backend() instanceof RemoteBackend))
                .map(Slot::status)
                .toList();
    }

    @Override
    public void unload(Model model) {
        roster.slots().forEach(slot -> slot.unload(model));
    }

    void unloadIdle() {
        Duration idle = settings.idleUnload();
        roster.slots().forEach(slot -> slot.unloadIdle(idle));
    }
}
