package dev.mens.itests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.mens.transformer.sampling.Candidates;
import dev.mens.transformer.sampling.History;
import dev.mens.transformer.sampling.LogitsRule;
import dev.mens.transformer.sampling.Sampler;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// The rules of sampling, in the order of transformers' processors.
final class SamplingGoldenTest {

    @TestFactory
    Stream<? extends DynamicNode> rules_leave_the_same_probabilities() {
        var folder = Goldens.folder().resolve("sampling");
        if (!Files.exists(folder.resolve("golden.json"))) {
            return Goldens.absent("sampling");
        }
        return Goldens.numbered(Goldens.golden(folder).path("cases")).stream()
                .map(
                        one ->
                                dynamicTest(
                                        one + " " + one.value().path("params"),
                                        () -> check(one.value())));
    }

    private static void check(JsonNode one) {
        var given = Goldens.doubles(one.path("logits"));
        var logits = new float[given.length];
        for (int i = 0; i < given.length; i++) {
            logits[i] = (float) given[i];
        }
        var history = new History();
        history.prompt(Goldens.ints(one.path("previous_ids")));
        var rules = new ArrayList<LogitsRule>();
        for (var processor : one.path("order")) {
            rules.add(rule(processor.stringValue(), one.path("params")));
        }
        var candidates = new Candidates(logits.length);
        new Sampler(rules, true, 0, history).choose(logits, candidates, true, 0);
        var expected = Goldens.doubles(one.path("probs"));
        var actual = new double[expected.length];
        var probabilities = Sampler.logProbabilities(candidates);
        int support = 0;
        for (int i = 0; i < candidates.count(); i++) {
            actual[candidates.id(i)] = Math.exp(probabilities.of(candidates.logit(i)));
        }
        for (double probability : expected) {
            support += probability > 0 ? 1 : 0;
        }
        assertArrayEquals(expected, actual, 1e-5);
        assertEquals(support, candidates.count());
    }

    private static LogitsRule rule(String processor, JsonNode params) {
        return switch (processor) {
            case "RepetitionPenaltyLogitsProcessor" ->
                    new LogitsRule.RepetitionPenalty(value(params, "repetition_penalty"));
            case "TemperatureLogitsWarper" ->
                    new LogitsRule.Temperature(value(params, "temperature"));
            case "TopKLogitsWarper" -> new LogitsRule.TopK(params.path("top_k").intValue());
            case "TopPLogitsWarper" -> new LogitsRule.TopP(value(params, "top_p"));
            case "MinPLogitsWarper" -> new LogitsRule.MinP(value(params, "min_p"));
            case String other -> throw new AssertionError("no rule for " + other);
        };
    }

    private static float value(JsonNode params, String name) {
        return (float) params.path(name).doubleValue();
    }
}
