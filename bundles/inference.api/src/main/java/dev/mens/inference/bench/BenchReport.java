package dev.mens.inference.bench;

import dev.mens.model.Quantization;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// What was measured, with what.
///
/// @param kernels as the backend names them: `cpu/avx512-vnni+vector-512`
/// @param threads as asked for; 0 for the backend's own
/// @param firstToken from an unloaded model to its first token; absent if it was in use
/// @param limits absent if the backend cannot tell
public record BenchReport(
        String model,
        Quantization quantization,
        long weightBytes,
        String backend,
        String kernels,
        int threads,
        Optional<Duration> firstToken,
        Optional<Limits> limits,
        List<Measurement> measurements) {
    public BenchReport {
        measurements = List.copyOf(measurements);
    }

    /// @param tokens of each repetition and stream
    /// @param streams that ran together
    /// @param tokensPerSecond of all streams together, the median of the repetitions
    /// @param repetitions the rate of each in order
    /// @param bytesPerSecond of weights; 0 where it says nothing
    /// @param flopsPerSecond of matrices
    /// @param memoryShare of what the device reads at best; absent where it says nothing
    /// @param computeShare of what the kernels multiply at best
    public record Measurement(
            Kind kind,
            int tokens,
            int streams,
            double tokensPerSecond,
            List<Double> repetitions,
            double bytesPerSecond,
            double flopsPerSecond,
            OptionalDouble memoryShare,
            OptionalDouble computeShare) {
        public Measurement {
            repetitions = List.copyOf(repetitions);
        }
    }

    public enum Kind {
        /// A prompt, up to the first token.
        PREFILL,
        /// Tokens of one stream, each after the other.
        DECODE,
        /// Tokens of several streams together.
        STREAMS
    }
}
