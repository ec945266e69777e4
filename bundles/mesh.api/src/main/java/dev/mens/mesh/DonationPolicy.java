package dev.mens.mesh;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/// What a node does for its peers, as its owner wrote it in `etc/donations.vox`. Whatever the owner
/// did not grant is refused.
///
/// @param slots the kinds of work that are donated; none means every kind that the flags open
/// @param maxJob the longest job
/// @param publicMeshOptIn whether work for anybody is taken, and not only that of paired peers
/// @param minPriority what a request's priority must reach
/// @param deniedUsers peers that are refused whatever else holds, by their whole ids
/// @param acceptSensitive whether work may show this node sensitive data
/// @param maxReplicas of one job that is run redundantly, as far as this node takes part; 0 for any
/// @param cudaTier the CUDA tier that is donated, 0 to 100; 0 for none
/// @param metalTier as `cudaTier`, for Metal
/// @param acceleratorGb gigabytes (2^30) of accelerator memory that a job can count on
/// @param acceptsSensitiveTraining whether training data may be sensitive; holds only together
///     with `acceptSensitive`
public record DonationPolicy(
        List<Slot> slots,
        boolean nsfwAllowed,
        Duration maxJob,
        boolean publicMeshOptIn,
        int minPriority,
        Allowed allowedScopes,
        Allowed allowedUsers,
        Set<String> deniedUsers,
        Allowed allowedNetworks,
        boolean acceptSensitive,
        int maxReplicas,
        boolean acceptsInference,
        boolean acceptsTraining,
        int cudaTier,
        int metalTier,
        int acceleratorGb,
        boolean acceptsSensitiveTraining) {

    /// Nothing is granted.
    public static final DonationPolicy NOTHING =
            new DonationPolicy(
                    List.of(),
                    false,
                    Duration.ofHours(1),
                    false,
                    0,
                    new Allowed.Anything(),
                    new Allowed.Anything(),
                    Set.of(),
                    new Allowed.Anything(),
                    false,
                    0,
                    false,
                    false,
                    0,
                    0,
                    0,
                    false);

    public DonationPolicy {
        slots = List.copyOf(slots);
        deniedUsers = Set.copyOf(deniedUsers);
        requireTier("cuda_tier", cudaTier);
        requireTier("metal_tier", metalTier);
        if (maxJob.isNegative() || maxReplicas < 0 || acceleratorGb < 0) {
            throw new IllegalArgumentException("a policy's limits are not negative");
        }
    }

    /// Room for one kind of work.
    ///
    /// @param maxConcurrent jobs at once
    /// @param weightPercent the share of this node's memory that one such job may take, 0 to 100
    public record Slot(TaskKind kind, int maxConcurrent, int weightPercent) {
        public Slot {
            if (maxConcurrent < 0 || weightPercent < 0 || weightPercent > 100) {
                throw new IllegalArgumentException("a slot is out of range");
            }
        }
    }

    public Optional<Slot> slot(TaskKind kind) {
        return slots.stream().filter(slot -> slot.kind() == kind).findFirst();
    }

    /// The policy by the keys of its file, in the order in which owners think of them.
    public SequencedMap<String, String> byKey() {
        var keys = new LinkedHashMap<String, String>();
        keys.put("accepts_inference_workloads", "" + acceptsInference);
        keys.put("accepts_training_workloads", "" + acceptsTraining);
        keys.put("cuda_tier", "" + cudaTier);
        keys.put("metal_tier", "" + metalTier);
        keys.put("vram_min_gb", "" + acceleratorGb);
        keys.put("accept_sensitive_workloads", "" + acceptSensitive);
        keys.put("accepts_sensitive_training_data", "" + acceptsSensitiveTraining);
        keys.put("nsfw_allowed", "" + nsfwAllowed);
        keys.put("public_mesh_opt_in", "" + publicMeshOptIn);
        keys.put("max_job_duration_secs", "" + maxJob.toSeconds());
        keys.put("min_priority", "" + minPriority);
        keys.put("redundancy", maxReplicas == 0 ? "any" : "" + maxReplicas);
        keys.put("allowed_scopes", shown(allowedScopes));
        keys.put("allowed_users", shown(allowedUsers));
        keys.put("denied_users", new TreeSet<>(deniedUsers).toString());
        keys.put("allowed_mesh_networks", shown(allowedNetworks));
        for (var slot : slots) {
            keys.put(
                    "slot " + slot.kind().tag(),
                    "max_concurrent = %d, weight_pct = %d"
                            .formatted(slot.maxConcurrent(), slot.weightPercent()));
        }
        return keys;
    }

    private static String shown(Allowed allowed) {
        return switch (allowed) {
            case Allowed.Anything() -> "any";
            case Allowed.Only(var names) -> new TreeSet<>(names).toString();
        };
    }

    private static void requireTier(String name, int tier) {
        if (tier < 0 || tier > 100) {
            throw new IllegalArgumentException(name + " is " + tier + ", but must be 0 to 100");
        }
    }
}
