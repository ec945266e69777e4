/// Models between peers. `MeshSharing` is what commands call; a `Pull` gets one bundle:
///
/// ```
/// Inventory.facts ─► HolderLink (one a holder) ─► PullPlan.take ─► WANT ─► CHUNK ─► isChunk ─►
///     PieceFiles.write ─► PullPlan.had ─► news to who pulls from us      WholeFiles (SHA3-512)
/// ```
///
/// `ChunkProtocol` serves chunks of whole bundles and of running pulls alike, so that peers that
/// pull at the same time feed each other. `Replication` keeps copies; `Pace` yields to tokens.
@NullMarked
package dev.mens.transfer;

import org.jspecify.annotations.NullMarked;
