package dev.mens.compute;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// The outcome of all probes. Whatever no probe could prove is 0: the report fails closed.
///
/// @param cudaTier 0 to 100 by compute capability; 0 without a working driver
/// @param metalTier 0 to 100 by chip; 0 without Metal
/// @param attempts every probe in order, with what it found or why not
public record HardwareReport(
        Instant probedAt,
        Processor processor,
        List<Accelerator> accelerators,
        int cudaTier,
        int metalTier,
        List<Attempt> attempts) {
    public HardwareReport {
        accelerators = List.copyOf(accelerators);
        attempts = List.copyOf(attempts);
    }

    /// Memory of the largest accelerator, 0 without one.
    public long acceleratorBytes() {
        return accelerators.stream().mapToLong(Accelerator::memoryBytes).max().orElse(0);
    }

    /// The central processor.
    ///
    /// @param features lower-case names as Linux prints them: `avx2`, `avx512_vnni`, `asimddp`
    /// @param cores usable by this process, after any container quota
    public record Processor(
            String model, String architecture, int cores, long memoryBytes, List<String> features) {
        public Processor {
            features = List.copyOf(features);
        }
    }

    /// A device beside the processor.
    ///
    /// @param kind `cuda`, `metal`, `amd`
    /// @param tier 0 to 100, comparable within one kind
    public record Accelerator(
            String kind, String name, long memoryBytes, String driver, int tier) {}

    public record Attempt(String probe, Outcome outcome, String detail, Duration took) {}

    public enum Outcome {
        NOT_APPLICABLE,
        NO_DEVICE,
        FOUND,
        FAILED,
        OVERRIDDEN
    }
}
