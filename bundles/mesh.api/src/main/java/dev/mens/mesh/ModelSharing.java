package dev.mens.mesh;

import dev.mens.content.ContentId;
import dev.mens.content.StoredModel;
import java.io.IOException;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/// Models that travel between peers, chunk by chunk, each checked as it arrives. A node sends only
/// what its owner pushed, or what it pulled itself.
@ProviderType
public interface ModelSharing {

    /// Publishes the manifest and lets peers have the bundle, until it is removed. Returns once a
    /// small bundle is held by as many peers as the node keeps copies of such.
    ///
    /// @return the peers that hold it besides this node, fewer than wanted if others refuse or are
    ///     away: they get it when they come
    List<PeerId> push(StoredModel model) throws IOException, InterruptedException;

    /// Gets a bundle from every peer that has some of it. What an interrupted pull has verified is
    /// not fetched again. Concurrent calls for one bundle share one transfer.
    ///
    /// @param reference a name that a peer gave it, or four digits or more of its hash
    /// @throws dev.mens.diagnostics.ProblemException vox/transfer/…
    StoredModel pull(String reference, Watch watch) throws IOException, InterruptedException;

    /// The bundles that present peers have, wholly or in part, each once.
    List<Offer> offers();

    /// Has peers pull a bundle until so many have it whole, this one included.
    ///
    /// @return the peers that have it then
    /// @throws dev.mens.diagnostics.ProblemException vox/transfer/too-few-copies
    List<PeerId> replicate(StoredModel model, int copies) throws IOException, InterruptedException;

    /// What was sent and received since this node started, by peer.
    List<Traffic> traffic();

    /// @param holders present peers that have it whole
    record Offer(ContentId bundle, String name, long bytes, List<PeerId> holders) {
        public Offer {
            holders = List.copyOf(holders);
        }
    }

    /// @param sentBytes of chunks
    /// @param receivedBytes of chunks, verified or not
    /// @param refusedChunks that did not fit their hash
    record Traffic(PeerId peer, long sentBytes, long receivedBytes, long refusedChunks) {}

    /// Told how far a pull is; called often, from any thread.
    @FunctionalInterface
    interface Watch {
        void report(Progress progress);
    }

    /// @param step `check` for what an earlier pull left, `pull`, or `hash` for the whole files
    /// @param rates by peer, over the last seconds
    record Progress(String step, long doneBytes, long totalBytes, List<Rate> rates) {
        public Progress {
            rates = List.copyOf(rates);
        }
    }

    record Rate(PeerId peer, long bytesPerSecond) {}
}
