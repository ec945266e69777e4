package dev.mens.itests.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.formats.importer.FormatImporter;
import dev.mens.model.ImportOptions;
import dev.mens.model.Quantization;
import dev.mens.tokenizer.HfTokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// What quantization costs the default model, on 400 stories of its generator that it was
/// not trained on: those behind the first 60,000 of the same seed.
final class PerplexityTest {
    private static final int CONTEXT = 1024;
    private static final Path TINYTALES = Goldens.tinytales().orElseThrow();

    @TempDir Path folder;

    @Test
    void quantized_weights_predict_unseen_stories_almost_as_well() throws Exception {
        var stories = stories();
        assertEquals(400, stories.size());
        double plain = perplexity(TINYTALES, stories);
        double q8 = perplexity(quantized(Quantization.Q8_0), stories);
        double q4 = perplexity(quantized(Quantization.Q4_0), stories);
        System.out.printf("perplexity: F32 %.5f, Q8_0 %.5f, Q4_0 %.5f%n", plain, q8, q4);
        assertTrue(Math.abs(q8 / plain - 1) <= 0.001, "Q8_0: " + q8 + " beside " + plain);
        assertTrue(Math.abs(q4 / plain - 1) <= 0.005, "Q4_0: " + q4 + " beside " + plain);
    }

    private Path quantized(Quantization recipe) throws IOException, InterruptedException {
        var staging = Files.createDirectory(folder.resolve(recipe.name()));
        new FormatImporter()
                .read(TINYTALES, staging, new ImportOptions(recipe, false), (_, _, _) -> {});
        return staging;
    }

    private static List<int[]> stories() throws IOException {
        var tokenizer = new HfTokenizers().open(TINYTALES);
        var stories = new ArrayList<int[]>();
        try (var file = PerplexityTest.class.getResourceAsStream("tinytales-stories.json")) {
            for (var story : JsonMapper.shared().readTree(file)) {
                stories.add(tokenizer.encode(story.asString(), true));
            }
        }
        return stories;
    }

    /// `e` to the mean surprise of every token but each story's first.
    private static double perplexity(Path model, List<int[]> stories)
            throws IOException, InterruptedException {
        double surprise = 0;
        long tokens = 0;
        try (var opened = new ModelUnderTest(model, CONTEXT)) {
            int vocabulary = opened.vocabulary();
            for (var story : stories) {
                var logits = opened.logits(story);
                for (int at = 1; at < story.length; at++) {
                    surprise += surprise(logits, (at - 1) * vocabulary, vocabulary, story[at]);
                    tokens++;
                }
            }
        }
        return Math.exp(surprise / tokens);
    }

    /// `−ln softmax(logits)[id]`.
    private static double surprise(float[] logits, int from, int count, int id) {
        float most = Float.NEGATIVE_INFINITY;
        for (int i = from; i < from + count; i++) {
            most = Math.max(most, logits[i]);
        }
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += Math.exp(logits[i] - most);
        }
        return Math.log(sum) - (logits[from + id] - most);
    }
}
