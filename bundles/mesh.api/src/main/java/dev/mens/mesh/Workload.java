package dev.mens.mesh;

import java.time.Duration;

/// Work that a peer asks of this node, described well enough to decide without starting it.
///
/// @param requester whose link the request came over; never taken from the request itself
/// @param minCudaTier what the work needs, 0 if it needs no CUDA
/// @param acceleratorBytes that it needs on a CUDA or Metal device
/// @param memoryBytes that it needs in all
/// @param privacy the class as the request spells it; an unknown one is refused
/// @param sensitive whether its data are sensitive
/// @param scope what it is for, in the requester's words; may be empty
/// @param priority higher is more urgent; ordinary requests have 0
/// @param replicas how many nodes do the same work; 1 unless it is run redundantly
/// @param longest how long it may take
public record Workload(
        TaskKind kind,
        PeerId requester,
        int minCudaTier,
        int minMetalTier,
        long acceleratorBytes,
        long memoryBytes,
        String privacy,
        boolean sensitive,
        boolean nsfw,
        String scope,
        int priority,
        int replicas,
        Duration longest) {
    private static final int MAX_SCOPE = 200;

    public Workload {
        boolean sound =
                minCudaTier >= 0
                        && minMetalTier >= 0
                        && acceleratorBytes >= 0
                        && memoryBytes >= 0
                        && replicas >= 1
                        && !longest.isNegative()
                        && privacy.length() <= MAX_SCOPE
                        && scope.length() <= MAX_SCOPE;
        if (!sound) {
            throw new IllegalArgumentException("a workload is out of range");
        }
    }

    /// Ordinary work among paired peers.
    public static Workload of(TaskKind kind, PeerId requester, long memoryBytes) {
        return new Workload(
                kind,
                requester,
                0,
                0,
                0,
                memoryBytes,
                PrivacyClass.PAIRED_PEERS_ONLY.tag(),
                false,
                false,
                "",
                0,
                1,
                Duration.ZERO);
    }
}
