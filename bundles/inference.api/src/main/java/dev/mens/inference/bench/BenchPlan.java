package dev.mens.inference.bench;

import java.util.Optional;
import java.util.OptionalInt;

/// What to measure.
///
/// @param prefillTokens of the prompt whose computation is timed; 0 to leave it out
/// @param decodeTokens generated one after the other; 0 to leave it out
/// @param streams that decode together; below 2 to leave it out
/// @param repetitions of each measurement, after one that does not count
/// @param threads to compute with; absent: the backend's own
/// @param kernels to compute with, as the backend names them; absent: its own
public record BenchPlan(
        int prefillTokens,
        int decodeTokens,
        int streams,
        int repetitions,
        OptionalInt threads,
        Optional<String> kernels) {
    private static final int MOST_TOKENS = 1 << 20;

    public BenchPlan {
        require("prefill", prefillTokens, 0, MOST_TOKENS);
        require("decode", decodeTokens, 0, MOST_TOKENS);
        require("streams", streams, 0, 256);
        require("repetitions", repetitions, 1, 1000);
        require("threads", threads.orElse(1), 1, 1024);
        if (prefillTokens == 0 && decodeTokens == 0) {
            throw BenchProblem.NOTHING_TO_MEASURE.with();
        }
    }

    /// Whether the backend's own way of running the model will not do.
    public boolean adjusts() {
        return threads.isPresent() || kernels.isPresent();
    }

    private static void require(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw BenchProblem.BAD_PLAN.with(what, value, least, most);
        }
    }
}
