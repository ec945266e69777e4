package dev.mens.itests.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mens.formats.importer.FormatImporter;
import dev.mens.model.ImportOptions;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real ONNX file with its tokenizer and without config.json: sentence-transformers'
/// all-MiniLM-L6-v2, as langchain4j publishes it.
final class MiniLmTest {
    @TempDir Path folder;

    /// The similarities that sentence-transformers' own quick start prints.
    ///
    /// @see <a href="https://sbert.net/docs/quickstart.html">the quick start</a>
    @Test
    void its_sentences_are_as_similar_as_its_publishers_say() throws Exception {
        var staging = Files.createDirectory(folder.resolve("staging"));
        var onnx = folder.resolve("all-minilm-l6-v2.onnx");
        copy("/all-minilm-l6-v2.onnx", onnx);
        copy("/all-minilm-l6-v2-tokenizer.json", folder.resolve("all-minilm-l6-v2-tokenizer.json"));
        new FormatImporter().read(onnx, staging, ImportOptions.AS_IT_IS, (_, _, _) -> {});
        try (var model = new ModelUnderTest(staging, 0)) {
            var vectors =
                    model.backend()
                            .embed(
                                    model.loaded(),
                                    List.of(
                                            "The weather is lovely today.",
                                            "It's so sunny outside!",
                                            "He drove to the stadium."));
            assertEquals(0.6660, cosine(vectors.get(0), vectors.get(1)), 1e-4);
            assertEquals(0.1046, cosine(vectors.get(0), vectors.get(2)), 1e-4);
            assertEquals(0.1411, cosine(vectors.get(1), vectors.get(2)), 1e-4);
        }
    }

    private static void copy(String resource, Path file) throws Exception {
        try (InputStream in = MiniLmTest.class.getResourceAsStream(resource)) {
            Files.copy(Objects.requireNonNull(in), file);
        }
    }

    private static double cosine(float[] a, float[] b) {
        double sum = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
            squaresA += a[i] * a[i];
            squaresB += b[i] * b[i];
        }
        return sum / Math.sqrt(squaresA * squaresB);
    }
}
