package dev.mens.policy.donation;

import dev.mens.compute.HardwareReport;
import dev.mens.mesh.DonationPolicy;
import dev.mens.mesh.Donations;
import dev.mens.mesh.PrivacyClass;
import dev.mens.mesh.TaskKind.Family;
import dev.mens.mesh.Workload;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// What stands against a piece of work. Each rule gives its reason in the policy's own words, so
/// that an owner knows which line to change; the first that objects decides.
///
/// @param hardware of this node: a policy cannot donate what no probe found
/// @param network name of the mesh that the request came over
/// @param running jobs of the same kind
record AdmissionRules(Donations.State state, HardwareReport hardware, String network, int running) {

    Optional<String> objection(Workload work) {
        var policy = state.policy();
        return Stream.<Supplier<Optional<String>>>of(
                        this::unsound,
                        () -> privacy(policy, work),
                        () -> requester(policy, work),
                        () -> family(policy, work),
                        () -> sensitive(policy, work),
                        () -> slot(policy, work),
                        () -> devices(policy, work),
                        () -> limits(policy, work))
                .flatMap(rule -> rule.get().stream())
                .findFirst();
    }

    private Optional<String> unsound() {
        return switch (state) {
            case Donations.Sound _ -> Optional.empty();
            case Donations.Missing _ ->
                    Optional.of("there is no donations.vox, so nothing is donated");
            case Donations.Unsound(_, var faults) ->
                    Optional.of(
                            "donations.vox is not sound, so all is refused: " + faults.getFirst());
        };
    }

    private static Optional<String> privacy(DonationPolicy policy, Workload work) {
        var known = PrivacyClass.parse(work.privacy());
        if (known.isEmpty()) {
            return Optional.of("the privacy class " + printable(work.privacy()) + " is unknown");
        }
        return switch (known.get()) {
            case LOCAL_ONLY -> Optional.of("work of class local-only must not leave its node");
            case PAIRED_PEERS_ONLY -> Optional.empty();
            case PUBLIC_MESH -> when(!policy.publicMeshOptIn(), "public_mesh_opt_in is false");
        };
    }

    private Optional<String> requester(DonationPolicy policy, Workload work) {
        var user = work.requester().hex();
        if (policy.deniedUsers().contains(user)) {
            return Optional.of("denied_users names the peer");
        } else if (!policy.allowedUsers().admits(user)) {
            return Optional.of("allowed_users does not name the peer");
        } else if (!policy.allowedNetworks().admits(network)) {
            return Optional.of("allowed_mesh_networks does not name " + printable(network));
        } else if (!policy.allowedScopes().admits(work.scope())) {
            return Optional.of("allowed_scopes does not name " + printable(work.scope()));
        }
        return when(
                work.priority() < policy.minPriority(),
                "min_priority is %d, the work's is %d"
                        .formatted(policy.minPriority(), work.priority()));
    }

    private static Optional<String> family(DonationPolicy policy, Workload work) {
        return switch (work.kind().family()) {
            case INFERENCE ->
                    when(!policy.acceptsInference(), "accepts_inference_workloads is false");
            case TRAINING -> when(!policy.acceptsTraining(), "accepts_training_workloads is false");
            case SCRIPT ->
                    when(
                            policy.slot(work.kind()).isEmpty(),
                            "there is no slot " + work.kind().tag());
        };
    }

    private static Optional<String> sensitive(DonationPolicy policy, Workload work) {
        boolean training = work.kind().family() == Family.TRAINING;
        if (work.sensitive() && !policy.acceptSensitive()) {
            return Optional.of("the data are sensitive, and accept_sensitive_workloads is false");
        } else if (work.sensitive() && training && !policy.acceptsSensitiveTraining()) {
            return Optional.of(
                    "the data are sensitive, and accepts_sensitive_training_data is false");
        }
        return when(work.nsfw() && !policy.nsfwAllowed(), "nsfw_allowed is false");
    }

    private Optional<String> slot(DonationPolicy policy, Workload work) {
        if (policy.slots().isEmpty()) {
            return Optional.empty();
        }
        var tag = work.kind().tag();
        var slot = policy.slot(work.kind());
        if (slot.isEmpty()) {
            return Optional.of("there is no slot " + tag);
        } else if (running >= slot.get().maxConcurrent()) {
            return Optional.of(
                    "max_concurrent of slot %s is %d, and %d run"
                            .formatted(tag, slot.get().maxConcurrent(), running));
        }
        // In this order, so that the product of two large numbers cannot overflow.
        long share = hardware.processor().memoryBytes() / 100 * slot.get().weightPercent();
        return when(
                work.memoryBytes() > share || slot.get().weightPercent() == 0,
                "weight_pct of slot %s is %d: the work needs %d MiB, its share is %d MiB"
                        .formatted(
                                tag,
                                slot.get().weightPercent(),
                                work.memoryBytes() >> 20,
                                share >> 20));
    }

    /// Training computes on CUDA only, whatever tier it asks for.
    private Optional<String> devices(DonationPolicy policy, Workload work) {
        boolean training = work.kind().family() == Family.TRAINING;
        int cuda = Math.max(work.minCudaTier(), training ? 1 : 0);
        var objection =
                tier("cuda_tier", cuda, policy.cudaTier(), hardware.cudaTier())
                        .or(
                                () ->
                                        tier(
                                                "metal_tier",
                                                work.minMetalTier(),
                                                policy.metalTier(),
                                                hardware.metalTier()));
        if (objection.isPresent()) {
            return objection;
        }
        long donated = (long) policy.acceleratorGb() << 30;
        return when(
                work.acceleratorBytes() > Math.min(donated, hardware.acceleratorBytes()),
                "vram_min_gb is %d and the device has %d MiB, the work needs %d MiB"
                        .formatted(
                                policy.acceleratorGb(),
                                hardware.acceleratorBytes() >> 20,
                                work.acceleratorBytes() >> 20));
    }

    private static Optional<String> tier(String key, int needed, int donated, int probed) {
        if (needed > donated) {
            return Optional.of("%s is %d, the work needs %d".formatted(key, donated, needed));
        }
        return when(
                needed > probed,
                "the probe found a %s of %d, the work needs %d".formatted(key, probed, needed));
    }

    private static Optional<String> limits(DonationPolicy policy, Workload work) {
        if (work.longest().compareTo(policy.maxJob()) > 0) {
            return Optional.of(
                    "max_job_duration_secs is %d, the work may take %d"
                            .formatted(policy.maxJob().toSeconds(), work.longest().toSeconds()));
        }
        return when(
                policy.maxReplicas() > 0 && work.replicas() > policy.maxReplicas(),
                "redundancy is %d, the work runs %d times"
                        .formatted(policy.maxReplicas(), work.replicas()));
    }

    private static Optional<String> when(boolean objects, String reason) {
        return objects ? Optional.of(reason) : Optional.empty();
    }

    /// Text from another node goes into logs and terminals.
    private static String printable(String text) {
        return text.isEmpty() ? "\"\"" : text.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
