package dev.mens.transformer.family;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.compute.ComputeProblem;
import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemException;
import dev.mens.model.Weights;
import dev.mens.transformer.TransformerProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Hostile and merely odd descriptions of models.
final class ArchitecturesTest {
    private static final List<String> KEYS =
            List.of(
                    "hidden_size",
                    "num_attention_heads",
                    "num_key_value_heads",
                    "num_hidden_layers",
                    "intermediate_size",
                    "vocab_size",
                    "max_position_embeddings",
                    "rms_norm_eps",
                    "rope_theta",
                    "tie_word_embeddings");

    @TempDir Path folder;

    @Test
    void a_sound_folder_becomes_a_network() throws IOException {
        var network = Folders.network(folder, Folders.CONFIG, Folders.llama());
        assertEquals(2, network.layers().size());
        assertEquals(2, network.layers().getFirst().attention().headSize());
        assertNotNull(network.head());
    }

    @Test
    void a_padded_vocabulary_counts_only_its_tokens() throws IOException {
        var weights = Folders.llama();
        weights.put("model.embed_tokens.weight", 16, 8);
        weights.put("lm_head.weight", 16, 8);
        assertEquals(10, Folders.network(folder, Folders.CONFIG, weights).vocabulary());
    }

    @Test
    void biases_are_used_where_they_are_and_required_where_the_config_says_so() throws IOException {
        var weights = Folders.llama();
        var attention =
                Folders.network(folder, Folders.CONFIG, weights).layers().get(0).attention();
        assertNull(attention.query().bias());
        assertProblem(
                TransformerProblem.MISSING_TENSOR,
                Folders.CONFIG.replaceFirst("\\{", "{\"attention_bias\": true, "),
                weights);
        weights.put("model.layers.0.self_attn.q_proj.bias", 8);
        var biased = Folders.network(folder, Folders.CONFIG, weights).layers().get(0).attention();
        assertNotNull(biased.query().bias());
    }

    @Test
    void an_unknown_family_is_named_with_the_known_ones() {
        var problem =
                assertProblem(
                        TransformerProblem.UNKNOWN_ARCHITECTURE,
                        Folders.CONFIG.replace("\"llama\"", "\"mamba\""),
                        Folders.llama());
        assertTrue(problem.facts().contains("mamba") && problem.facts().contains("qwen3_moe"));
    }

    @Test
    void a_missing_tensor_is_named() {
        for (var name : List.of("lm_head.weight", "model.layers.1.mlp.up_proj.weight")) {
            var weights = Folders.llama();
            weights.remove(name);
            var problem = assertProblem(TransformerProblem.MISSING_TENSOR, Folders.CONFIG, weights);
            assertTrue(problem.facts().contains(name), problem.facts());
        }
    }

    @Test
    void a_tensor_of_the_wrong_size_is_named_with_both_sizes() {
        var weights = Folders.llama();
        weights.put("model.layers.0.self_attn.k_proj.weight", 8, 8);
        var problem = assertProblem(ComputeProblem.SHAPE_MISMATCH, Folders.CONFIG, weights);
        assertTrue(problem.facts().contains("[4, 8]") && problem.facts().contains("[8, 8]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"hidden_size\": 8 | \"hidden_size\": -8",
                "\"hidden_size\": 8 | \"hidden_size\": 1e99",
                "\"hidden_size\": 8 | \"hidden_size\": 99999999999999999999999",
                "\"hidden_size\": 8 | \"hidden_size\": \"8\"",
                "\"hidden_size\": 8 | \"hidden_size\": null",
                "\"hidden_size\": 8 | \"hidden_size\": [8]",
                "\"num_attention_heads\": 4 | \"num_attention_heads\": 0",
                "\"num_attention_heads\": 4 | \"num_attention_heads\": 3",
                "\"num_key_value_heads\": 2 | \"num_key_value_heads\": 3",
                "\"rms_norm_eps\": 1e-5 | \"rms_norm_eps\": NaN",
                "\"rms_norm_eps\": 1e-5 | \"rms_norm_eps\": -1",
                "\"rope_theta\": 10000.0 | \"rope_theta\": 0",
                "\"rope_theta\": 10000.0 | \"rope_theta\": Infinity",
                "\"rope_theta\": 10000.0 | \"rope_scaling\": {\"rope_type\": \"linear\"}",
                "\"rope_theta\": 10000.0 | \"rope_scaling\": {\"rope_type\": 7}",
                "\"rope_theta\": 10000.0 | \"head_dim\": 3",
                "\"tie_word_embeddings\": false | \"tie_word_embeddings\": \"no\"",
                "\"tie_word_embeddings\": false | \"hidden_act\": \"tanhshrink\""
            })
    void a_bad_value_is_refused(String sound, String bad) {
        assertProblem(
                TransformerProblem.BAD_CONFIG, Folders.CONFIG.replace(sound, bad), Folders.llama());
    }

    @Test
    void a_huge_count_of_layers_fails_at_the_first_that_is_missing() {
        assertProblem(
                TransformerProblem.MISSING_TENSOR,
                Folders.CONFIG.replace(
                        "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 16000000"),
                Folders.llama());
    }

    @Test
    void what_is_no_json_object_is_refused() {
        for (var text : List.of("", "[]", "7", "{", "{\"a\": 1} x", "[".repeat(5000))) {
            assertProblem(TransformerProblem.CONFIG_NOT_JSON, text, Folders.llama());
        }
    }

    @Test
    void a_folder_without_a_config_is_refused() {
        var problem =
                assertThrows(
                        ProblemException.class,
                        () ->
                                dev.mens.transformer.config.Config.read(
                                        folder.resolve("config.json")));
        assertEquals(TransformerProblem.NO_CONFIG, problem.problem());
    }

    @Provide
    Arbitrary<String> values() {
        return Arbitraries.of(
                "0",
                "-1",
                "1",
                "2",
                "3",
                "16777216",
                "16777217",
                "2147483648",
                "1e40",
                "1e-50",
                "-0.0",
                "NaN",
                "-Infinity",
                "\"x\"",
                "true",
                "null",
                "[]",
                "[1]",
                "{}",
                "7.5");
    }

    /// Whatever one value is, there is a network or a problem: no other exception, no hang.
    @Property(tries = 400)
    void any_single_value_is_read_or_refused(
            @ForAll("keys") String key, @ForAll("values") String value) throws IOException {
        var config =
                Folders.CONFIG.replaceAll("\"" + key + "\": [^,}]+", "\"" + key + "\": " + value);
        var temporary = Files.createTempDirectory("config");
        try {
            assertNotNull(Folders.network(temporary, config, Folders.llama()));
        } catch (ProblemException refused) {
            assertTrue(refused.getMessage().contains("vox/"), refused.getMessage());
        } finally {
            Files.delete(temporary.resolve("config.json"));
            Files.delete(temporary);
        }
    }

    @Provide
    Arbitrary<String> keys() {
        return Arbitraries.of(KEYS);
    }

    private ProblemException assertProblem(Problem expected, String config, Weights weights) {
        var problem =
                assertThrows(
                        ProblemException.class,
                        () -> {
                            try {
                                Folders.network(
                                        folder == null ? Path.of("") : folder, config, weights);
                            } catch (IOException unwritable) {
                                throw new UncheckedIOException(unwritable);
                            }
                        });
        assertEquals(expected, problem.problem(), problem.getMessage());
        return problem;
    }
}
