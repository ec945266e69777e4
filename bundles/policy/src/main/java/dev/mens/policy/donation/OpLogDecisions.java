package dev.mens.policy.donation;

import dev.mens.crypto.PublicKey;
import dev.mens.mesh.Donations;
import dev.mens.mesh.Mesh;
import dev.mens.mesh.Peer;
import dev.mens.mesh.PeerId;
import dev.mens.mesh.Workload;
import dev.mens.oplog.Op;
import dev.mens.oplog.OpLog;
import java.io.IOException;
import java.util.stream.Collectors;

/// Decisions as entries of the op-log, each with the whole policy of its moment.
record OpLogDecisions(OpLog log, Mesh mesh) implements DecisionLog {
    @Override
    public void record(Workload work, Donations.State state, boolean admitted, String reason)
            throws IOException, InterruptedException {
        log.append(
                new Op.Admission(
                        key(work.requester()),
                        work.kind().tag(),
                        admitted ? Op.Admission.Decision.ADMITTED : Op.Admission.Decision.REFUSED,
                        fit(reason),
                        fit(policy(state))));
    }

    private PublicKey key(PeerId requester) throws IOException {
        return mesh.peers().stream()
                .filter(peer -> peer.id().equals(requester))
                .map(Peer::key)
                .findFirst()
                .orElseThrow(() -> new IOException("no peer " + requester + " is admitted"));
    }

    private static String policy(Donations.State state) {
        return switch (state) {
            case Donations.Missing() -> "none";
            case Donations.Unsound(var digest, var faults) ->
                    "unsound, BLAKE3 " + digest + ": " + String.join("; ", faults);
            case Donations.Sound(var policy, var digest, _, _) ->
                    policy.byKey().entrySet().stream()
                            .map(entry -> entry.getKey() + " = " + entry.getValue())
                            .collect(Collectors.joining("\n", "BLAKE3 " + digest + "\n", ""));
        };
    }

    private static String fit(String text) {
        return text.length() <= Op.MAX_TEXT ? text : text.substring(0, Op.MAX_TEXT - 1) + "…";
    }
}
