package dev.mens.remote;

import dev.mens.content.ContentId;
import dev.mens.diagnostics.ProblemException;
import dev.mens.inference.BackendCapabilities;
import dev.mens.inference.BackendLostException;
import dev.mens.inference.LoadedModel;
import dev.mens.inference.Prompt;
import dev.mens.inference.RemoteBackend;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenStream;
import dev.mens.inference.Verdict;
import dev.mens.mesh.Inventory.BackendOffer;
import dev.mens.mesh.Peer;
import dev.mens.model.Model;
import dev.mens.model.Quantization;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One backend of one peer. One that was lost or refused is left alone for a while, and so are all
/// of a peer that hung or broke off.
final class PeerBackend implements RemoteBackend {
    private static final Duration AFTER_LOSS = Duration.ofSeconds(30);
    private static final Duration AFTER_REFUSAL = Duration.ofSeconds(5);

    private final Peer peer;
    private final BackendOffer offer;
    private final PeerCalls calls;
    private final Holdings holdings;
    private final Thanks thanks;
    private volatile @Nullable Rest rest;

    /// What the mesh says about a peer.
    interface Holdings {
        boolean has(Peer peer, ContentId bundle);

        /// Whether anybody offers it.
        boolean offered(ContentId bundle);

        int busyStreams(Peer peer);
    }

    PeerBackend(Peer peer, BackendOffer offer, PeerCalls calls, Holdings holdings, Thanks thanks) {
        this.peer = peer;
        this.offer = offer;
        this.calls = calls;
        this.holdings = holdings;
        this.thanks = thanks;
    }

    @Override
    public String id() {
        return peer.name() + "-" + peer.id().abbreviated() + "/" + offer.backend();
    }

    @Override
    public BackendCapabilities capabilities() {
        return new BackendCapabilities(
                offer.cudaTier(),
                offer.metalTier(),
                offer.memoryBytes(),
                offer.maxContextTokens(),
                true,
                Arrays.stream(Quantization.values())
                        .filter(known -> offer.quantizations().contains(known.name()))
                        .collect(Collectors.toSet()),
                offer.detail() + " of " + peer.name());
    }

    @Override
    public Verdict canServe(Model model) {
        var resting = rest().or(calls::rest);
        if (resting.isPresent()) {
            return new Verdict.No(resting.get().reason());
        } else if (model.facts().encoder()) {
            return new Verdict.No("peers generate text, they do not embed it");
        }
        var bundle = bundle(model);
        if (bundle.isEmpty()) {
            return new Verdict.No("only models of the store travel; import it");
        } else if (holdings.has(peer, bundle.get())) {
            return new Verdict.Yes(peer.name() + " has the model");
        }
        return holdings.offered(bundle.get())
                ? new Verdict.Yes(peer.name() + " would fetch the model first")
                : new Verdict.No("nobody offers the model: `vox model push` does");
    }

    private Optional<Rest> rest() {
        return Optional.ofNullable(rest).filter(resting -> !resting.over());
    }

    @Override
    public boolean holds(Model model) {
        return bundle(model).filter(bundle -> holdings.has(peer, bundle)).isPresent();
    }

    @Override
    public int busyStreams() {
        return holdings.busyStreams(peer);
    }

    private static Optional<ContentId> bundle(Model model) {
        try {
            return Optional.of(ContentId.parse(model.id()));
        } catch (ProblemException aFolder) {
            return Optional.empty();
        }
    }

    private static ContentId required(Model model) {
        return bundle(model).orElseThrow(() -> new IllegalArgumentException(model.id()));
    }

    /// Has the peer see to it that the model is there; it loads it with the first prompt.
    @Override
    public LoadedModel load(Model model) throws IOException {
        var call = open();
        boolean atRest = false;
        try {
            call.load(offer.backend(), required(model));
            var reply = call.await();
            atRest = !(reply instanceof Reply.Lost);
            return switch (reply) {
                case Reply.Ready() -> new Loaded(model);
                case Reply.Refused(var reason) -> throw refused(reason);
                case Reply.Faulty faulty -> throw refused(faulty.facts());
                case Reply.Lost(var reason) -> throw lost(call, reason);
                case Reply.Alive _, Reply.Facts _, Reply.Event _ -> throw confused(call);
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + id() + " loads");
        } finally {
            if (atRest) {
                calls.done(call);
            } else {
                call.close();
            }
        }
    }

    @Override
    public TokenStream predict(LoadedModel model, Prompt prompt, SamplingParams sampling)
            throws IOException {
        var call = open();
        boolean asked = false;
        try {
            call.predict(offer.backend(), required(model.model()), prompt, sampling);
            asked = true;
            return new PeerStream(this, call, model.model());
        } finally {
            if (!asked) {
                call.close();
            }
        }
    }

    private PeerCall open() throws IOException {
        try {
            return calls.open();
        } catch (ProblemException | IOException e) {
            var reason = String.valueOf(e.getMessage());
            calls.lost(reason);
            throw new BackendLostException(id(), reason);
        }
    }

    /// A stream has ended and left its link at rest.
    void ended(PeerCall call, PeerStream.Work work) {
        calls.done(call);
        boolean accelerated = offer.cudaTier() > 0 || offer.metalTier() > 0;
        thanks.credit(peer, accelerated, work);
    }

    /// Ends the call. If its link broke or the peer hangs, none of the peer's backends is asked
    /// again soon; if the peer says that it lost this backend, this one is not.
    BackendLostException lost(PeerCall call, String reason) {
        if (!call.broken()) {
            rest = Rest.of(AFTER_LOSS, "it was lost: " + reason);
        } else {
            calls.lost(reason);
        }
        call.close();
        return new BackendLostException(id(), reason);
    }

    /// The peer does not keep to the protocol.
    BackendLostException confused(PeerCall call) {
        call.close();
        return lost(call, "it answered what it was not asked");
    }

    BackendLostException refused(String reason) {
        rest = Rest.of(AFTER_REFUSAL, "it refused: " + reason);
        return new BackendLostException(id(), "it refused: " + reason);
    }

    @Override
    public List<float[]> embed(LoadedModel model, List<String> texts) throws IOException {
        throw new IOException("peers generate text, they do not embed it");
    }

    /// The peer frees what nobody uses by itself.
    @Override
    public void unload(LoadedModel model) {}

    private record Loaded(Model model) implements LoadedModel {
        /// None of this node's memory.
        @Override
        public long weightBytes() {
            return 0;
        }

        @Override
        public int contextTokens() {
            return model.facts().contextTokens();
        }

        @Override
        public int activeStreams() {
            return 0;
        }
    }
}
