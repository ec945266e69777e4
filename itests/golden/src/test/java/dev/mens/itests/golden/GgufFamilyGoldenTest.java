package dev.mens.itests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.mens.compute.Elements;
import dev.mens.compute.Tensor;
import dev.mens.formats.importer.FormatImporter;
import dev.mens.formats.safetensors.MappedWeightFiles;
import dev.mens.model.ImportOptions;
import dev.mens.tokenizer.HfTokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Models of every family that went through GGUF and back.
final class GgufFamilyGoldenTest {
    private static final double TOLERANCE = 1e-4;

    /// What a GGUF cannot say of a golden, because llama.cpp has it built in or ignores it.
    private static final Map<String, List<String>> UNSAID =
            Map.of(
                    "mistral-swa", List.of("model_type", "architectures", "sliding_window"),
                    "gemma2", List.of("query_pre_attn_scalar"),
                    "gemma3-text", List.of("layer_types", "sliding_window_pattern"));

    @TempDir static Path temporary;

    @TestFactory
    Stream<DynamicNode> a_model_that_came_as_gguf_computes_what_the_original_does() {
        return Goldens.each("models", GgufFamilyGoldenTest::model);
    }

    private static DynamicNode model(Path folder) {
        var name = folder.getFileName().toString();
        return dynamicContainer(
                name,
                List.of(
                        dynamicTest("tensors", () -> tensors(folder, imported(folder))),
                        dynamicTest("ids", () -> ids(folder, imported(folder))),
                        dynamicTest("logits", () -> logits(folder, imported(folder)))));
    }

    private static Path imported(Path model) throws IOException, InterruptedException {
        var name = model.getFileName().toString();
        var folder = temporary.resolve(name);
        if (!Files.exists(folder)) {
            var gguf = temporary.resolve(name + ".gguf");
            ConvertedGguf.write(model, gguf);
            Files.createDirectory(folder);
            new FormatImporter().read(gguf, folder, ImportOptions.AS_IT_IS, (_, _, _) -> {});
            complete(model, folder);
        }
        return folder;
    }

    /// Adds what the format has no words for.
    private static void complete(Path model, Path folder) throws IOException {
        var original = Goldens.json(model.resolve("config.json"));
        var config = (ObjectNode) Goldens.json(folder.resolve("config.json"));
        for (var key : UNSAID.getOrDefault(model.getFileName().toString(), List.of())) {
            config.set(key, original.get(key));
        }
        Files.writeString(
                folder.resolve("config.json"), JsonMapper.shared().writeValueAsString(config));
        if (!Files.exists(folder.resolve("tokenizer.json"))) {
            Files.copy(model.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
        }
    }

    private static void tensors(Path expected, Path actual) throws IOException {
        try (var left = new MappedWeightFiles().open(expected);
                var right = new MappedWeightFiles().open(actual)) {
            assertEquals(left.names(), right.names());
            for (var name : left.names()) {
                assertEquals(left.tensor(name).shape(), right.tensor(name).shape(), name);
                // Gemma's norms lose at most a rounding when one is added and taken away.
                assertArrayEquals(
                        values(left.tensor(name)), values(right.tensor(name)), 1e-6f, name);
            }
        }
    }

    private static float[] values(Tensor tensor) {
        var values = new float[(int) tensor.shape().elements()];
        Elements.read(tensor, 0, values.length, values, 0);
        return values;
    }

    private static void ids(Path golden, Path imported) throws IOException {
        var tokenizer = new HfTokenizers().open(imported);
        for (var one : Goldens.numbered(Goldens.golden(golden).path("cases"))) {
            assertArrayEquals(
                    Goldens.ints(one.value().path("ids")),
                    tokenizer.encode(one.value().path("prompt").stringValue(), true),
                    one.toString());
        }
    }

    private static void logits(Path golden, Path imported)
            throws IOException, InterruptedException {
        var cases = Goldens.numbered(Goldens.golden(golden).path("cases"));
        int longest =
                cases.stream().mapToInt(one -> one.value().path("ids").size()).max().orElse(0);
        try (var model = new ModelUnderTest(imported, longest)) {
            for (var one : cases) {
                var all = model.logits(Goldens.ints(one.value().path("ids")));
                var last = Arrays.copyOfRange(all, all.length - model.vocabulary(), all.length);
                var expected = Goldens.doubles(one.value().path("logits_last"));
                double error = Goldens.relativeError(expected, last);
                assertTrue(error <= TOLERANCE, () -> one + ": relative error " + error);
            }
        }
    }
}
