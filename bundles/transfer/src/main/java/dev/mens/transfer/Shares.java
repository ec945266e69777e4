package dev.mens.transfer;

import dev.mens.mesh.PeerId;
import java.util.List;

/// Which of several pullers fetches a piece from the peers that have everything. All of them come
/// to the same answer without a word, and when one joins or leaves, only its share moves.
///
/// @see <a href="https://doi.org/10.1109/90.663936">Thaler and Ravishankar 1998, highest random
///     weight</a>
record Shares(PeerId self, List<PeerId> pullers) {
    boolean mine(int piece) {
        long own = weight(self, piece);
        return pullers.stream().noneMatch(peer -> weight(peer, piece) > own);
    }

    /// A peer's id is a hash already; the rest is the finalizer of SplitMix64.
    private static long weight(PeerId peer, int piece) {
        long mixed = Long.parseUnsignedLong(peer.hex(), 0, 16, 16) + piece * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
