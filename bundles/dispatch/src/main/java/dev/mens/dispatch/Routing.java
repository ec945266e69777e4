package dev.mens.dispatch;

import dev.mens.compute.HardwareReport;
import dev.mens.inference.BackendCapabilities;
import dev.mens.inference.RemoteBackend;
import dev.mens.inference.Verdict;
import dev.mens.model.Model;
import dev.mens.model.ModelFacts;
import dev.mens.model.Quantization;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Which backend serves a model best. CUDA goes before Metal, Metal before everything else; then
/// the higher tier, then this machine before its peers, then where the model is loaded, then where
/// fewer streams run. Among peers the one that was fastest goes first, after those that have not
/// been tried; a backend that was seen to be less than half as fast as another that can serve the
/// model goes behind all others, whatever it is made of. A peer that would have to fetch the model
/// is the last resort.
///
/// A backend is out if it says so, if the model does not fit, or if it is this machine's `cuda`
/// or `metal` and the probe did not find that device: what no probe proves does not exist. Other
/// ids, such as a peer's, vouch for their own devices.
record Routing(Optional<HardwareReport> report) {

    /// Tokens of one key-value cache that must fit beside the weights: a chat of a few pages.
    static final int PLANNED_TOKENS = 2048;

    private static final Comparator<Ranked> BEST_FIRST =
            Comparator.comparing(Ranked::fetches)
                    .thenComparingInt(Ranked::standing)
                    .thenComparing(Ranked::remote)
                    .thenComparing(Ranked::expectedRate, Comparator.reverseOrder())
                    .thenComparing(Ranked::resident, Comparator.reverseOrder())
                    .thenComparingInt(ranked -> ranked.slot().activeStreams())
                    .thenComparing(ranked -> ranked.slot().id());

    /// How far behind the fastest a backend may be and still count as its equal.
    private static final double OUTPACED = 0.5;

    /// @param standing lower is better
    /// @param remote whether it is a peer's
    /// @param fetches whether it would have to fetch the model first
    /// @param rate tokens per second as measured; infinite if it was not yet
    record Ranked(
            Slot slot,
            Verdict verdict,
            int standing,
            boolean resident,
            boolean remote,
            boolean fetches,
            double rate) {

        /// What one more stream may expect of a peer; this machine's backends are not told apart.
        double expectedRate() {
            return remote ? rate / (1 + slot.activeStreams()) : 0;
        }

        boolean measured() {
            return rate != Double.POSITIVE_INFINITY;
        }

        boolean serves() {
            return switch (verdict) {
                case Verdict.Yes _ -> true;
                case Verdict.No _ -> false;
            };
        }

        Ranked onceFetched() {
            return switch (verdict) {
                case Verdict.Yes(var reason) ->
                        new Ranked(
                                slot,
                                new Verdict.Yes("once the model is fetched: " + reason),
                                standing,
                                resident,
                                remote,
                                fetches,
                                rate);
                case Verdict.No _ -> this;
            };
        }

        String explained() {
            return slot.id() + ": " + verdict.reason();
        }
    }

    /// All backends, those that serve the model first.
    ///
    /// @param away whether the model's files are not on this machine
    List<Ranked> rank(List<Slot> slots, Model model, boolean away) {
        var judged = slots.stream().map(slot -> judge(slot, model, away)).toList();
        double fastest =
                judged.stream()
                        .filter(ranked -> ranked.serves() && ranked.measured())
                        .mapToDouble(Ranked::rate)
                        .max()
                        .orElse(0);
        return judged.stream()
                .sorted(
                        Comparator.comparing(Ranked::serves)
                                .reversed()
                                .thenComparing(ranked -> ranked.rate() < OUTPACED * fastest)
                                .thenComparing(BEST_FIRST))
                .toList();
    }

    private Ranked judge(Slot slot, Model model, boolean away) {
        try {
            var capabilities = slot.backend().capabilities();
            var verdict = verdict(slot, capabilities, model, away);
            return new Ranked(
                    slot,
                    verdict,
                    standing(slot.id(), capabilities),
                    slot.holds(model),
                    slot.backend() instanceof RemoteBackend,
                    slot.backend() instanceof RemoteBackend peer && !peer.holds(model),
                    slot.speeds().of(model).orElse(Double.POSITIVE_INFINITY));
        } catch (RuntimeException e) {
            // A faulty plug-in must not take the others with it.
            var failed = new Verdict.No("it failed to answer: " + e);
            return new Ranked(slot, failed, Integer.MAX_VALUE, false, false, false, 0);
        }
    }

    private Verdict verdict(
            Slot slot, BackendCapabilities capabilities, Model model, boolean away) {
        if (away && !(slot.backend() instanceof RemoteBackend)) {
            return new Verdict.No("the model is not on this machine");
        }
        return switch (slot.backend().canServe(model)) {
            case Verdict.No no -> no;
            case Verdict.Yes yes ->
                    objection(slot.id(), capabilities, model.facts())
                            .<Verdict>map(Verdict.No::new)
                            .orElse(yes);
        };
    }

    private Optional<String> objection(
            String id, BackendCapabilities capabilities, ModelFacts facts) {
        boolean unproven =
                (id.equals("cuda") && cudaTier(id, capabilities) == 0)
                        || (id.equals("metal") && metalTier(id, capabilities) == 0);
        if (unproven) {
            return Optional.of("the probe found no working " + id + " device");
        }
        if (facts.quantization() != Quantization.MIXED
                && !capabilities.quantizations().isEmpty()
                && !capabilities.quantizations().contains(facts.quantization())) {
            return Optional.of("it does not compute with " + facts.quantization());
        }
        long hasBytes = memoryBytes(id, capabilities);
        long needsBytes = neededBytes(facts);
        if (hasBytes > 0 && needsBytes > hasBytes) {
            return Optional.of("needs %s, has %s".formatted(size(needsBytes), size(hasBytes)));
        }
        return Optional.empty();
    }

    private int standing(String id, BackendCapabilities capabilities) {
        int cuda = cudaTier(id, capabilities);
        int metal = metalTier(id, capabilities);
        return cuda > 0 ? 100 - cuda : metal > 0 ? 200 - metal : 300;
    }

    private int cudaTier(String id, BackendCapabilities capabilities) {
        return id.equals("cuda")
                ? Math.min(capabilities.cudaTier(), report.map(HardwareReport::cudaTier).orElse(0))
                : capabilities.cudaTier();
    }

    private int metalTier(String id, BackendCapabilities capabilities) {
        return id.equals("metal")
                ? Math.min(
                        capabilities.metalTier(), report.map(HardwareReport::metalTier).orElse(0))
                : capabilities.metalTier();
    }

    /// What the backend states, but no more than the probe found on its device; 0 if unknown.
    private long memoryBytes(String id, BackendCapabilities capabilities) {
        long probed =
                report.stream()
                        .flatMap(found -> found.accelerators().stream())
                        .filter(device -> device.kind().equals(id))
                        .mapToLong(HardwareReport.Accelerator::memoryBytes)
                        .sum();
        long stated = capabilities.memoryBytes();
        return probed > 0 && stated > 0 ? Math.min(probed, stated) : Math.max(probed, stated);
    }

    private static long neededBytes(ModelFacts facts) {
        long tokens = Math.clamp(facts.contextTokens(), 0, PLANNED_TOKENS);
        return facts.weightBytes() + tokens * facts.keyValueBytesPerToken();
    }

    private static String size(long bytes) {
        return bytes >= 1L << 30
                ? "%.1f GiB".formatted(bytes / (double) (1L << 30))
                : "%.1f MiB".formatted(bytes / (double) (1L << 20));
    }
}
