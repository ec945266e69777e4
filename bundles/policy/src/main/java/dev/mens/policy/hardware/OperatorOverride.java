package dev.mens.policy.hardware;

import dev.mens.compute.HardwareReport;
import dev.mens.compute.HardwareReport.Accelerator;
import dev.mens.compute.HardwareReport.Attempt;
import dev.mens.compute.HardwareReport.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// What the operator states instead of what was probed, for a probe that errs and for devices
/// that Mens shall leave alone (tier 0).
///
/// @param memoryBytes of every accelerator
record OperatorOverride(
        Optional<String> model,
        OptionalLong memoryBytes,
        OptionalInt cudaTier,
        OptionalInt metalTier) {

    static OperatorOverride none() {
        return new OperatorOverride(
                Optional.empty(), OptionalLong.empty(), OptionalInt.empty(), OptionalInt.empty());
    }

    static OperatorOverride of(HardwareConfig config) {
        var model = config.acceleratorModel().strip();
        long mebibytes = Math.min(config.acceleratorMebibytes(), 1L << 32);
        return new OperatorOverride(
                model.isEmpty() ? Optional.empty() : Optional.of(model),
                mebibytes < 0 ? OptionalLong.empty() : OptionalLong.of(mebibytes << 20),
                tier(config.cudaTier()),
                tier(config.metalTier()));
    }

    private static OptionalInt tier(int stated) {
        return stated < 0 ? OptionalInt.empty() : OptionalInt.of(Math.min(stated, 100));
    }

    HardwareReport on(HardwareReport probed) {
        if (equals(none())) {
            return probed;
        }
        var accelerators = new ArrayList<Accelerator>();
        probed.accelerators().forEach(device -> accelerators.add(changed(device)));
        addMissing("cuda", cudaTier, accelerators);
        addMissing("metal", metalTier, accelerators);
        var attempts = new ArrayList<>(probed.attempts());
        attempts.add(new Attempt("operator", Outcome.OVERRIDDEN, detail(probed), Duration.ZERO));
        return new HardwareReport(
                probed.probedAt(),
                probed.processor(),
                accelerators,
                cudaTier.orElse(probed.cudaTier()),
                metalTier.orElse(probed.metalTier()),
                attempts);
    }

    private Accelerator changed(Accelerator device) {
        return new Accelerator(
                device.kind(),
                model.orElse(device.name()),
                memoryBytes.orElse(device.memoryBytes()),
                device.driver(),
                tierOf(device.kind()).orElse(device.tier()));
    }

    private OptionalInt tierOf(String kind) {
        return switch (kind) {
            case "cuda" -> cudaTier;
            case "metal" -> metalTier;
            default -> OptionalInt.empty();
        };
    }

    private void addMissing(String kind, OptionalInt tier, List<Accelerator> accelerators) {
        boolean present = accelerators.stream().anyMatch(device -> device.kind().equals(kind));
        if (!present && tier.orElse(0) > 0) {
            accelerators.add(
                    new Accelerator(
                            kind,
                            model.orElse("as the operator states"),
                            memoryBytes.orElse(0),
                            "",
                            tier.getAsInt()));
        }
    }

    private String detail(HardwareReport probed) {
        var stated = new ArrayList<String>();
        model.ifPresent(name -> stated.add("model " + name));
        memoryBytes.ifPresent(bytes -> stated.add((bytes >> 20) + " MiB"));
        cudaTier.ifPresent(tier -> stated.add("CUDA tier " + tier + " for " + probed.cudaTier()));
        metalTier.ifPresent(
                tier -> stated.add("Metal tier " + tier + " for " + probed.metalTier()));
        return String.join(", ", stated);
    }
}
