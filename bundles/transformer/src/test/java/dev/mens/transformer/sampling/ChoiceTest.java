package dev.mens.transformer.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.diagnostics.ProblemException;
import dev.mens.inference.SamplingParams;
import dev.mens.transformer.TransformerProblem;
import dev.mens.transformer.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who decides: the caller, then the model's file, then neutrality.
final class ChoiceTest {
    private static final String SAMPLES =
            """
            {"do_sample": true, "temperature": 0.6, "top_k": 20, "top_p": 0.95, "min_p": 0.1,
             "repetition_penalty": 1.05, "max_new_tokens": 77}
            """;

    @TempDir Path folder;

    @Test
    void a_model_without_a_file_is_greedy() {
        var choice = Choice.of(SamplingParams.defaults(), Optional.empty());
        assertTrue(choice.greedy());
        assertEquals(List.of(), choice.rules());
        assertTrue(choice.maxTokens().isEmpty());
    }

    @Test
    void a_file_that_does_not_sample_is_greedy_whatever_else_it_says() throws IOException {
        var choice =
                Choice.of(
                        SamplingParams.defaults(),
                        file("{\"temperature\": 0.7, \"repetition_penalty\": 1.1}"));
        assertTrue(choice.greedy());
        assertEquals(List.of(new LogitsRule.RepetitionPenalty(1.1f)), choice.rules());
    }

    @Test
    void a_file_that_samples_gives_every_default() throws IOException {
        var choice = Choice.of(SamplingParams.defaults(), file(SAMPLES));
        assertFalse(choice.greedy());
        assertEquals(77, choice.maxTokens().orElseThrow());
        assertEquals(
                List.of(
                        new LogitsRule.RepetitionPenalty(1.05f),
                        new LogitsRule.Temperature(0.6f),
                        new LogitsRule.TopK(20),
                        new LogitsRule.TopP(0.95f),
                        new LogitsRule.MinP(0.1f)),
                choice.rules());
    }

    @Test
    void the_caller_overrides_each_value() throws IOException {
        var wanted =
                SamplingParams.builder()
                        .temperature(1)
                        .topK(0)
                        .topP(1)
                        .minP(0)
                        .repetitionPenalty(1)
                        .maxTokens(5)
                        .build();
        var choice = Choice.of(wanted, file(SAMPLES));
        assertFalse(choice.greedy());
        assertEquals(List.of(), choice.rules());
        assertEquals(5, choice.maxTokens().orElseThrow());
        assertTrue(Choice.of(SamplingParams.greedy(3), file(SAMPLES)).greedy());
    }

    @Test
    void a_file_with_bad_values_is_refused() throws IOException {
        for (var bad :
                List.of(
                        "{\"do_sample\": true, \"temperature\": -1}",
                        "{\"top_p\": 7}",
                        "{\"top_k\": -5}",
                        "{\"repetition_penalty\": \"x\"}",
                        "{\"do_sample\": 1}",
                        "{\"max_new_tokens\": 0}")) {
            var file = file(bad);
            var problem = assertThrows(ProblemException.class, () -> Choice.check(file));
            assertEquals(TransformerProblem.BAD_CONFIG, problem.problem());
        }
    }

    private Optional<Config> file(String text) throws IOException {
        var file = folder.resolve("generation_config.json");
        Files.writeString(file, text);
        return Config.find(file);
    }
}
