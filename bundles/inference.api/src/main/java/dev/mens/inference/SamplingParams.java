package dev.mens.inference;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// How tokens are chosen. Absent values mean the model's generation_config.json, then the
/// neutral value named below. The order of effects is transformers': penalties, temperature,
/// top-k, top-p, min-p.
///
/// @param maxTokens at least 1; absent: up to the context's end
/// @param temperature 0 is greedy; neutral 1
/// @param topK keep the k likeliest; neutral 0 (all)
/// @param topP keep the smallest set whose probability reaches p; neutral 1
/// @param minP drop what is less likely than this share of the likeliest; neutral 0
/// @param repetitionPenalty divides positive and multiplies negative logits of seen tokens;
///     neutral 1
/// @param frequencyPenalty subtracted for each time a token was generated; neutral 0
/// @param presencePenalty subtracted once if a token was generated; neutral 0
/// @param seed equal seeds give equal streams on one backend; absent: a random one
/// @param stop strings that end the stream; they are not emitted
/// @param logprobs how many alternatives to report with each token; 0 for none
/// @param ignoreEnd go on after the model's end token
public record SamplingParams(
        OptionalInt maxTokens,
        OptionalDouble temperature,
        OptionalInt topK,
        OptionalDouble topP,
        OptionalDouble minP,
        OptionalDouble repetitionPenalty,
        OptionalDouble frequencyPenalty,
        OptionalDouble presencePenalty,
        OptionalLong seed,
        List<String> stop,
        int logprobs,
        boolean ignoreEnd) {
    public SamplingParams {
        stop = List.copyOf(stop);
        require(maxTokens.orElse(1) >= 1, "max-tokens", maxTokens, "at least 1");
        requireRange("temperature", temperature, 0, 100);
        require(topK.orElse(0) >= 0, "top-k", topK, "at least 0");
        requireRange("top-p", topP, 0, 1);
        requireRange("min-p", minP, 0, 1);
        requireRange("repetition-penalty", repetitionPenalty, 0.01, 100);
        requireRange("frequency-penalty", frequencyPenalty, -100, 100);
        requireRange("presence-penalty", presencePenalty, -100, 100);
        require(logprobs >= 0 && logprobs <= 100, "logprobs", logprobs, "0 to 100");
    }

    /// Nothing set: the model's own defaults.
    public static SamplingParams defaults() {
        return builder().build();
    }

    public static SamplingParams greedy(int maxTokens) {
        return builder().temperature(0).maxTokens(maxTokens).build();
    }

    public static Builder builder() {
        return new Builder();
    }

    private static void requireRange(String name, OptionalDouble value, double low, double high) {
        if (value.isPresent()) {
            double given = value.getAsDouble();
            require(given >= low && given <= high, name, given, low + " to " + high);
        }
    }

    private static void require(boolean holds, String name, Object value, String range) {
        if (!holds) {
            throw InferenceProblem.BAD_SAMPLING.with(name, value, range);
        }
    }

    /// What a user types, option by option.
    public static final class Builder {
        private OptionalInt maxTokens = OptionalInt.empty();
        private OptionalDouble temperature = OptionalDouble.empty();
        private OptionalInt topK = OptionalInt.empty();
        private OptionalDouble topP = OptionalDouble.empty();
        private OptionalDouble minP = OptionalDouble.empty();
        private OptionalDouble repetitionPenalty = OptionalDouble.empty();
        private OptionalDouble frequencyPenalty = OptionalDouble.empty();
        private OptionalDouble presencePenalty = OptionalDouble.empty();
        private OptionalLong seed = OptionalLong.empty();
        private List<String> stop = List.of();
        private int logprobs;
        private boolean ignoreEnd;

        private Builder() {}

        public Builder maxTokens(int value) {
            return set(() -> maxTokens = OptionalInt.of(value));
        }

        public Builder temperature(double value) {
            return set(() -> temperature = OptionalDouble.of(value));
        }

        public Builder topK(int value) {
            return set(() -> topK = OptionalInt.of(value));
        }

        public Builder topP(double value) {
            return set(() -> topP = OptionalDouble.of(value));
        }

        public Builder minP(double value) {
            return set(() -> minP = OptionalDouble.of(value));
        }

        public Builder repetitionPenalty(double value) {
            return set(() -> repetitionPenalty = OptionalDouble.of(value));
        }

        public Builder frequencyPenalty(double value) {
            return set(() -> frequencyPenalty = OptionalDouble.of(value));
        }

        public Builder presencePenalty(double value) {
            return set(() -> presencePenalty = OptionalDouble.of(value));
        }

        public Builder seed(long value) {
            return set(() -> seed = OptionalLong.of(value));
        }

        public Builder stop(List<String> value) {
            return set(() -> stop = value);
        }

        public Builder logprobs(int value) {
            return set(() -> logprobs = value);
        }

        public Builder ignoreEnd(boolean value) {
            return set(() -> ignoreEnd = value);
        }

        public SamplingParams build() {
            return new SamplingParams(
                    maxTokens,
                    temperature,
                    topK,
                    topP,
                    minP,
                    repetitionPenalty,
                    frequencyPenalty,
                    presencePenalty,
                    seed,
                    stop,
                    logprobs,
                    ignoreEnd);
        }

        private Builder set(Runnable assignment) {
            assignment.run();
            return this;
        }
    }
}
