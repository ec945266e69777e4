package dev.mens.itests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.mens.tokenizer.HfTokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// Encoders of the BERT family.
final class EncoderGoldenTest {
    private static final double TOLERANCE = 1e-5;

    @TestFactory
    Stream<DynamicNode> an_encoder_embeds_as_transformers_does() {
        return Goldens.each(
                "encoders",
                folder -> dynamicContainer(folder.getFileName().toString(), tests(folder)));
    }

    private static List<DynamicTest> tests(Path folder) {
        int longest =
                Goldens.json(folder.resolve("config.json"))
                        .path("max_position_embeddings")
                        .intValue();
        var tests = new ArrayList<DynamicTest>();
        for (var one : Goldens.numbered(Goldens.golden(folder).path("cases"))) {
            // The longest were cut outside of the tokenizer.
            if (one.value().path("ids").size() < longest) {
                tests.add(dynamicTest(one + ": ids", () -> ids(folder, one.value())));
                tests.add(dynamicTest(one + ": embedding", () -> embed(folder, one.value())));
            }
            tests.add(dynamicTest(one + ": hidden", () -> hidden(folder, one.value())));
        }
        return tests;
    }

    private static void ids(Path folder, JsonNode one) throws IOException {
        assertArrayEquals(
                Goldens.ints(one.path("ids")),
                new HfTokenizers().open(folder).encode(one.path("text").stringValue(), true));
    }

    private static void hidden(Path folder, JsonNode one) throws IOException, InterruptedException {
        try (var model = new ModelUnderTest(folder, 0)) {
            var ids = Goldens.ints(one.path("ids"));
            var states = model.hidden(ids, true);
            var first = Arrays.copyOf(states, model.hidden());
            assertNear(Goldens.doubles(one.path("cls")), first);
            assertNear(
                    Goldens.doubles(one.path("mean_normalized")),
                    mean(states, ids.length, model.hidden()));
        }
    }

    private static void embed(Path folder, JsonNode one) throws IOException, InterruptedException {
        try (var model = new ModelUnderTest(folder, 0)) {
            var texts = List.of(one.path("text").stringValue());
            var vector = model.backend().embed(model.loaded(), texts).getFirst();
            if (poolsFirstToken(folder)) {
                var first = Goldens.doubles(one.path("cls"));
                double length = Math.sqrt(Arrays.stream(first).map(v -> v * v).sum());
                assertNear(Arrays.stream(first).map(v -> v / length).toArray(), vector);
            } else {
                assertNear(Goldens.doubles(one.path("mean_normalized")), vector);
            }
        }
    }

    private static boolean poolsFirstToken(Path folder) {
        var pooling = folder.resolve("1_Pooling/config.json");
        return Files.exists(pooling)
                && Goldens.json(pooling).path("pooling_mode_cls_token").asBoolean(false);
    }

    private static float[] mean(float[] states, int rows, int width) {
        var sums = new double[width];
        for (int i = 0; i < rows * width; i++) {
            sums[i % width] += states[i];
        }
        double length = Math.sqrt(Arrays.stream(sums).map(sum -> sum * sum).sum());
        var mean = new float[width];
        for (int i = 0; i < width; i++) {
            mean[i] = (float) (sums[i] / length);
        }
        return mean;
    }

    private static void assertNear(double[] expected, float[] actual) {
        double error = Goldens.relativeError(expected, actual);
        assertTrue(error <= TOLERANCE, () -> "relative error " + error);
    }
}
