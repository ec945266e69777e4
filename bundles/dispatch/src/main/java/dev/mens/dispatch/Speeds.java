package dev.mens.dispatch;

import dev.mens.model.Model;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

/// How fast one backend generates with each model, as this node saw it.
final class Speeds {
    /// Fewer say more about the moment than about the backend.
    private static final int LEAST_TOKENS = 4;

    /// How much the latest stream counts: a machine's load changes within minutes.
    private static final double WEIGHT = 0.5;

    private final Map<String, Double> tokensPerSecond = new ConcurrentHashMap<>();

    /// @param waitedNanos for these tokens, without the time that the caller took between them
    void measured(Model model, int tokens, long waitedNanos) {
        if (tokens < LEAST_TOKENS) {
            return;
        }
        double rate = tokens * 1e9 / Math.max(1, waitedNanos);
        tokensPerSecond.merge(model.id(), rate, (before, now) -> before + WEIGHT * (now - before));
    }

    OptionalDouble of(Model model) {
        var rate = tokensPerSecond.get(model.id());
        return rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate);
    }
}
