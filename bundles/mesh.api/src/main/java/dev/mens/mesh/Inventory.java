package dev.mens.mesh;

import dev.mens.content.ContentId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/// What every peer knows of every other. Facts are signed by the peer that they are about, and
/// replicated to all; what is published while no mesh is up is kept until one is.
@ProviderType
public interface Inventory {

    /// This peer's bundles; replaces what it said before.
    void holdings(List<Holding> holdings) throws IOException;

    /// What this peer can run models with; replaces what it said before.
    void backends(List<BackendOffer> backends) throws IOException;

    /// How busy this peer is; meant to be said every few seconds at most, and when it changes much.
    void load(Load load) throws IOException;

    /// Facts about the peers that are present, this one first.
    List<PeerFacts> facts();

    /// Facts about one peer; empty if it is away.
    Optional<PeerFacts> facts(PeerId peer);

    /// Whether every peer that is present has said what it has; one that has just come, or has just
    /// been met, has not yet.
    boolean isComplete();

    /// Present peers other than this that have some chunk of a bundle; complete ones first.
    List<PeerId> holders(ContentId bundle);

    /// A signed manifest, as {@link dev.mens.content.SignedManifest} holds it, for whoever asks by
    /// the hash of its bundle. The reader verifies it.
    void publishManifest(ContentId bundle, byte[] manifest) throws IOException;

    Optional<byte[]> manifest(ContentId bundle) throws IOException;

    /// A bundle that a peer has, or is getting.
    ///
    /// @param name for people
    /// @param bytes of the whole bundle
    /// @param heldBytes that the peer can send already
    record Holding(ContentId bundle, String name, long bytes, long heldBytes) {
        public Holding {
            if (heldBytes < 0 || heldBytes > bytes) {
                throw MeshProblem.BAD_FACTS.with(
                        "%s has %d of %d bytes".formatted(name, heldBytes, bytes));
            }
        }

        public boolean complete() {
            return heldBytes == bytes;
        }
    }

    /// A backend of a peer, in the terms of `dev.mens.inference.BackendCapabilities`.
    ///
    /// @param memoryBytes that weights and caches may take
    /// @param maxContextTokens 0 for no limit of its own
    record BackendOffer(
            String backend,
            String detail,
            int cudaTier,
            int metalTier,
            long memoryBytes,
            int maxContextTokens,
            List<String> quantizations) {
        public BackendOffer {
            quantizations = List.copyOf(quantizations);
        }
    }

    /// @param activeStreams answers that are being generated
    /// @param queuedPrompts that wait for their turn
    record Load(int activeStreams, int queuedPrompts) {
        public static final Load IDLE = new Load(0, 0);

        public Load {
            if (activeStreams < 0 || queuedPrompts < 0) {
                throw MeshProblem.BAD_FACTS.with(
                        "%d streams, %d prompts".formatted(activeStreams, queuedPrompts));
            }
        }
    }

    record PeerFacts(PeerId peer, List<Holding> holdings, List<BackendOffer> backends, Load load) {
        public PeerFacts {
            holdings = List.copyOf(holdings);
            backends = List.copyOf(backends);
        }
    }
}
