package dev.mens.transformer.sampling;

import dev.mens.compute.DrawingProgram.Draw;
import dev.mens.inference.SamplingParams;
import dev.mens.transformer.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;

/// How tokens are chosen once the caller's wishes, the model's generation_config.json and the
/// neutral values are merged, in this order.
///
/// As in transformers, a model samples by default only if its file says `do_sample: true`;
/// otherwise the temperature is 0, which is greedy. A caller who gives a temperature above 0
/// samples in any case, with the file's top-k, top-p and min-p unless given as well.
///
/// @param maxTokens absent: up to the context's end
public record Choice(OptionalInt maxTokens, List<LogitsRule> rules, boolean greedy, long seed) {
    public Choice {
        rules = List.copyOf(rules);
    }

    /// The same choice for a device that draws by itself, if it can: penalties look back at the
    /// stream, which only we know.
    public Optional<Draw> draw() {
        float temperature = greedy ? 0 : 1;
        int topK = 0;
        float topP = 1;
        float minP = 0;
        for (var rule : rules) {
            switch (rule) {
                case LogitsRule.RepetitionPenalty _, LogitsRule.CountPenalty _ -> {
                    return Optional.empty();
                }
                case LogitsRule.Temperature(var divisor) -> temperature = divisor;
                case LogitsRule.TopK(var k) -> topK = k;
                case LogitsRule.TopP(var p) -> topP = p;
                case LogitsRule.MinP(var share) -> minP = share;
            }
        }
        return Optional.of(new Draw(temperature, topK, topP, minP, seed, 0));
    }

    /// @param model generation_config.json, if the folder has one
    public static Choice of(SamplingParams wanted, Optional<Config> model) {
        double temperature = wanted.temperature().orElseGet(() -> temperature(model));
        boolean greedy = temperature == 0;
        var rules = new ArrayList<LogitsRule>();
        penalties(wanted, model, rules);
        if (!greedy) {
            warpers(wanted, model, temperature, rules);
        }
        var maxTokens = wanted.maxTokens();
        if (maxTokens.isEmpty() && model.isPresent() && model.get().has("max_new_tokens")) {
            maxTokens = OptionalInt.of(model.get().size("max_new_tokens"));
        }
        long seed = wanted.seed().orElseGet(() -> ThreadLocalRandom.current().nextLong());
        return new Choice(maxTokens, rules, greedy, seed);
    }

    /// Refuses a file whose values {@link #of} could not use, when the model is opened.
    public static void check(Optional<Config> model) {
        of(SamplingParams.builder().temperature(1).build(), model);
        of(SamplingParams.defaults(), model);
    }

    private static double temperature(Optional<Config> model) {
        if (model.isEmpty() || !model.get().flag("do_sample", false)) {
            return 0;
        }
        return value(OptionalDouble.empty(), model, "temperature", 1, 0, 100);
    }

    private static void penalties(
            SamplingParams wanted, Optional<Config> model, List<LogitsRule> rules) {
        double repetition =
                value(wanted.repetitionPenalty(), model, "repetition_penalty", 1, 0.01, 100);
        if (repetition != 1) {
            rules.add(new LogitsRule.RepetitionPenalty((float) repetition));
        }
        double frequency = wanted.frequencyPenalty().orElse(0);
        double presence = wanted.presencePenalty().orElse(0);
        if (frequency != 0 || presence != 0) {
            rules.add(new LogitsRule.CountPenalty((float) frequency, (float) presence));
        }
    }

    private static void warpers(
            SamplingParams wanted,
            Optional<Config> model,
            double temperature,
            List<LogitsRule> rules) {
        if (temperature != 1) {
            rules.add(new LogitsRule.Temperature((float) temperature));
        }
        int modelTopK = model.map(file -> file.count("top_k").orElse(0)).orElse(0);
        int topK = wanted.topK().orElse(modelTopK);
        if (topK > 0) {
            rules.add(new LogitsRule.TopK(topK));
        }
        double topP = value(wanted.topP(), model, "top_p", 1, 0, 1);
        if (topP < 1) {
            rules.add(new LogitsRule.TopP((float) topP));
        }
        double minP = value(wanted.minP(), model, "min_p", 0, 0, 1);
        if (minP > 0) {
            rules.add(new LogitsRule.MinP((float) minP));
        }
    }

    private static double value(
            OptionalDouble wanted,
            Optional<Config> model,
            String key,
            double neutral,
            double least,
            double most) {
        if (wanted.isPresent()) {
            return wanted.getAsDouble();
        }
        if (model.isEmpty()) {
            return neutral;
        }
        double value = model.get().number(key).orElse(neutral);
        if (value < least || value > most) {
            throw model.get().bad(key, value, "from " + least + " to " + most);
        }
        return value;
    }
}
