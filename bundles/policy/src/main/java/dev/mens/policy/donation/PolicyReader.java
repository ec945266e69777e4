package dev.mens.policy.donation;

import dev.mens.mesh.Allowed;
import dev.mens.mesh.DonationPolicy;
import dev.mens.mesh.DonationPolicy.Slot;
import dev.mens.mesh.TaskKind;
import dev.mens.policy.donation.DonationsText.Setting;
import dev.mens.policy.donation.DonationsText.SlotBlock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a policy's statements mean. Unknown keys are noted and ignored; a known key with a value
/// of the wrong kind, a key given twice or an unknown kind of work is a fault, because guessing
/// might grant what the owner did not.
final class PolicyReader {
    static final String MAX_CONCURRENT = "max_concurrent";
    static final String WEIGHT = "weight_pct";

    static final List<String> KEYS =
            List.of(
                    "nsfw_allowed",
                    "max_job_duration_secs",
                    "public_mesh_opt_in",
                    "min_priority",
                    "allowed_scopes",
                    "allowed_users",
                    "denied_users",
                    "allowed_mesh_networks",
                    "accept_sensitive_workloads",
                    "redundancy",
                    "accepts_inference_workloads",
                    "accepts_training_workloads",
                    "cuda_tier",
                    "metal_tier",
                    "vram_min_gb",
                    "accepts_sensitive_training_data");

    private static final long MAX_SECONDS = 366L * 24 * 3600;
    private static final int MAX_COUNT = 1_000_000;

    private final DonationsText text;
    private final List<String> faults = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    PolicyReader(DonationsText text) {
        this.text = text;
    }

    /// What was found; `policy` counts only if there are no faults.
    record Reading(DonationPolicy policy, List<String> faults, List<String> notes) {
        Reading {
            faults = List.copyOf(faults);
            notes = List.copyOf(notes);
        }
    }

    Reading read() {
        checkKeys();
        var slots = text.slots().stream().flatMap(block -> slot(block).stream()).toList();
        var policy =
                new DonationPolicy(
                        slots,
                        flag("nsfw_allowed"),
                        Duration.ofSeconds(whole("max_job_duration_secs", 3600, MAX_SECONDS)),
                        flag("public_mesh_opt_in"),
                        (int) whole("min_priority", 0, MAX_COUNT),
                        allowed("allowed_scopes"),
                        allowed("allowed_users"),
                        denied(),
                        allowed("allowed_mesh_networks"),
                        flag("accept_sensitive_workloads"),
                        (int) whole("redundancy", 0, MAX_COUNT),
                        flag("accepts_inference_workloads"),
                        flag("accepts_training_workloads"),
                        (int) whole("cuda_tier", 0, 100),
                        (int) whole("metal_tier", 0, 100),
                        (int) whole("vram_min_gb", 0, MAX_COUNT),
                        flag("accepts_sensitive_training_data"));
        return new Reading(policy, faults, notes);
    }

    private void checkKeys() {
        var seen = new HashSet<String>();
        for (var setting : text.settings()) {
            if (!KEYS.contains(setting.key())) {
                notes.add(at(setting.line()) + "the key " + setting.key() + " is unknown");
            } else if (!seen.add(setting.key())) {
                faults.add(at(setting.line()) + setting.key() + " is given twice");
            }
        }
        for (var slot : text.slots()) {
            if (!seen.add("slot " + slot.kind())) {
                faults.add(at(slot.line()) + "slot " + slot.kind() + " is given twice");
            }
        }
    }

    private List<Slot> slot(SlotBlock block) {
        var kind = TaskKind.parse(block.kind());
        if (kind.isEmpty()) {
            faults.add(at(block.line()) + "the kind of work " + block.kind() + " is unknown");
            return List.of();
        }
        for (var field : block.fields()) {
            boolean known = field.key().equals(MAX_CONCURRENT) || field.key().equals(WEIGHT);
            if (!known) {
                notes.add(at(field.line()) + "the field " + field.key() + " is unknown");
            }
        }
        long concurrent = field(block, MAX_CONCURRENT, MAX_COUNT);
        long weight = field(block, WEIGHT, 100);
        return List.of(new Slot(kind.get(), (int) concurrent, (int) weight));
    }

    private long field(SlotBlock block, String key, long most) {
        var found = block.fields().stream().filter(field -> field.key().equals(key)).toList();
        if (found.size() != 1) {
            faults.add(at(block.line()) + "slot " + block.kind() + " needs one " + key);
            return 0;
        }
        return whole(found.getFirst(), most);
    }

    private boolean flag(String key) {
        return text.setting(key).map(this::flag).orElse(false);
    }

    private boolean flag(Setting setting) {
        return switch (setting.value()) {
            case DonationsText.Flag(boolean holds) -> holds;
            case DonationsText.Whole _, DonationsText.Text _, DonationsText.Texts _ -> {
                faults.add(at(setting.line()) + setting.key() + " must be true or false");
                yield false;
            }
        };
    }

    private long whole(String key, long absent, long most) {
        return text.setting(key).map(setting -> whole(setting, most)).orElse(absent);
    }

    private long whole(Setting setting, long most) {
        return switch (setting.value()) {
            case DonationsText.Whole(long number) when number >= 0 && number <= most -> number;
            case DonationsText.Whole _,
                    DonationsText.Flag _,
                    DonationsText.Text _,
                    DonationsText.Texts _ -> {
                faults.add(
                        at(setting.line())
                                + setting.key()
                                + " must be a whole number from 0 to "
                                + most);
                yield 0;
            }
        };
    }

    private Allowed allowed(String key) {
        return text.setting(key)
                .<Allowed>map(setting -> new Allowed.Only(texts(setting)))
                .orElseGet(Allowed.Anything::new);
    }

    /// A name that is no whole peer id would deny nobody, which its writer did not mean.
    private Set<String> denied() {
        var setting = text.setting("denied_users");
        var denied = setting.map(this::texts).orElse(Set.of());
        if (!denied.stream().allMatch(user -> user.matches("[0-9a-f]{64}"))) {
            faults.add(
                    at(setting.orElseThrow().line())
                            + "denied_users must hold whole peer ids, as `vox mesh peers"
                            + " --json` prints them");
        }
        return denied;
    }

    private Set<String> texts(Setting setting) {
        return switch (setting.value()) {
            case DonationsText.Texts(var texts) -> Set.copyOf(new HashSet<>(texts));
            case DonationsText.Flag _, DonationsText.Whole _, DonationsText.Text _ -> {
                faults.add(at(setting.line()) + setting.key() + " must be a list [\"…\"]");
                yield Set.of();
            }
        };
    }

    private static String at(int line) {
        return "line " + line + ": ";
    }
}
