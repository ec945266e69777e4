/// Inference across peers, over links of `inference/1` (docs/decisions).
///
/// ```
/// here    OfferedBackends ─► PeerBackend.load/predict ─► PeerCall ─► PeerStream ─► tokens
/// there   InferenceProtocol ─► Serving ─► Admission ─► Dispatcher.submitTo ─► tokens
/// ```
///
/// `OwnOffers` says in the inventory what this node can run, `MeshModels` describes models that
/// only peers have, and `Thanks` credits them for work.
@NullMarked
package dev.mens.remote;

import org.jspecify.annotations.NullMarked;
