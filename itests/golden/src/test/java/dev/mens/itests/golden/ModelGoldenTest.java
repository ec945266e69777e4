package dev.mens.itests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.itests.golden.Goldens.Numbered;
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
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Small models of every family, with both styles of config.json.
final class ModelGoldenTest {
    private static final double TOLERANCE = 1e-4;

    @TempDir static Path temporary;

    @TestFactory
    Stream<DynamicNode> a_model_computes_what_transformers_computes() {
        return Goldens.each("models", this::model);
    }

    private DynamicNode model(Path folder) {
        var styles = new ArrayList<DynamicNode>();
        styles.add(dynamicContainer("config.json", tests(folder, folder)));
        var newer = folder.resolve("config.v5.json");
        if (Files.exists(newer)) {
            var copy = temporary.resolve(folder.getFileName().toString());
            styles.add(dynamicContainer("config.v5.json", tests(folder, copy)));
        }
        return dynamicContainer(folder.getFileName().toString(), styles);
    }

    /// @param source the folder of the golden
    /// @param folder the model to open: the source, or a copy of it with the newer config
    private Stream<DynamicTest> tests(Path source, Path folder) {
        var golden = Goldens.golden(source);
        var tests = new ArrayList<DynamicTest>();
        for (var one : Goldens.numbered(golden.path("cases"))) {
            tests.add(dynamicTest(one + ": ids", () -> ids(source, one.value())));
            add(tests, one + ": logits", source, folder, model -> logits(model, one.value()));
            add(tests, one + ": positions", source, folder, m -> positions(m, one.value()));
            add(tests, one + ": hidden", source, folder, model -> hidden(model, one.value()));
            if (greedyIsComparable(source, one)) {
                add(tests, one + ": greedy", source, folder, m -> greedy(m, source, one.value()));
            }
        }
        return tests.stream();
    }

    private interface Check {
        void on(ModelUnderTest model) throws IOException, InterruptedException;
    }

    private static void add(
            List<DynamicTest> tests, String name, Path source, Path folder, Check check) {
        Executable test =
                () -> {
                    copyWithNewerConfig(source, folder);
                    try (var model = new ModelUnderTest(folder, longest(source))) {
                        check.on(model);
                    }
                };
        tests.add(dynamicTest(name, test));
    }

    private static void copyWithNewerConfig(Path source, Path folder) throws IOException {
        if (Files.exists(folder)) {
            return;
        }
        Files.createDirectory(folder);
        for (var file : Goldens.children(source, Files::isRegularFile)) {
            var name = file.getFileName().toString();
            if (!name.equals("config.json") && !name.equals("golden.json")) {
                Files.copy(
                        file, folder.resolve(name.equals("config.v5.json") ? "config.json" : name));
            }
        }
    }

    /// Some goldens go beyond the context that their config states.
    private static int longest(Path source) {
        return Goldens.stream(Goldens.golden(source).path("cases"))
                .mapToInt(one -> one.path("ids").size() + one.path("greedy").size())
                .max()
                .orElseThrow();
    }

    private static void ids(Path folder, JsonNode one) throws IOException {
        var tokenizer = new HfTokenizers().open(folder);
        assertArrayEquals(
                Goldens.ints(one.path("ids")),
                tokenizer.encode(one.path("prompt").stringValue(), true));
    }

    private static void logits(ModelUnderTest model, JsonNode one) throws InterruptedException {
        var ids = Goldens.ints(one.path("ids"));
        var all = model.logits(ids);
        var last = Arrays.copyOfRange(all, all.length - model.vocabulary(), all.length);
        double error = Goldens.relativeError(Goldens.doubles(one.path("logits_last")), last);
        assertTrue(error <= TOLERANCE, () -> "relative error " + error);
    }

    /// The likeliest tokens and the normalizer of every position.
    private static void positions(ModelUnderTest model, JsonNode one) throws InterruptedException {
        var ids = Goldens.ints(one.path("ids"));
        var all = model.logits(ids);
        int width = model.vocabulary();
        for (int position = 0; position < ids.length; position++) {
            double sum = 0;
            for (int id = 0; id < width; id++) {
                sum += Math.exp(all[position * width + id]);
            }
            var where = "position " + position;
            double expected = one.path("logsumexp").get(position).doubleValue();
            assertEquals(expected, Math.log(sum), near(expected), where);
            for (var pair : one.path("top8").get(position)) {
                double logit = pair.get(1).doubleValue();
                assertEquals(
                        logit, all[position * width + pair.get(0).intValue()], near(logit), where);
            }
        }
    }

    private static double near(double expected) {
        return 1e-3 * Math.max(1, Math.abs(expected));
    }

    private static void hidden(ModelUnderTest model, JsonNode one) throws InterruptedException {
        var ids = Goldens.ints(one.path("ids"));
        var all = model.hidden(ids, false);
        var expected =
                Goldens.stream(one.path("hidden"))
                        .filter(state -> state.path("name").asString().equals("final_norm"))
                        .findFirst()
                        .orElseThrow();
        double squares = 0;
        int from = all.length - model.hidden();
        for (int i = from; i < all.length; i++) {
            squares += (double) all[i] * all[i];
        }
        double norm = expected.path("last_l2").doubleValue();
        assertEquals(norm, Math.sqrt(squares), TOLERANCE * norm);
        var first = Goldens.doubles(expected.path("last_first8"));
        for (int i = 0; i < first.length; i++) {
            assertEquals(first[i], all[from + i], TOLERANCE * norm);
        }
    }

    /// The golden's text shows special tokens, a stream leaves them out.
    private static void greedy(ModelUnderTest model, Path folder, JsonNode one)
            throws IOException, InterruptedException {
        var expected = Goldens.integers(one.path("greedy"));
        var sampling =
                SamplingParams.builder()
                        .temperature(0)
                        .maxTokens(expected.size())
                        .ignoreEnd(true)
                        .build();
        var prompt = new Prompt(new Prompt.Tokens(Goldens.integers(one.path("ids"))), List.of());
        var said = model.stream(prompt, sampling);
        assertEquals(expected, said.ids());
        var tokenizer = new HfTokenizers().open(folder);
        var ids = expected.stream().mapToInt(Integer::intValue).toArray();
        assertEquals(one.path("greedy_text").stringValue(), tokenizer.decode(ids, false));
        assertEquals(tokenizer.decode(ids, true), said.text());
    }

    /// With longrope, transformers turns a cache that was filled by the short factors no further,
    /// so its greedy tokens depend on how they were computed unless the prompt is long.
    private static boolean greedyIsComparable(Path source, Numbered one) {
        var config = Goldens.json(source.resolve("config.json"));
        var scaling = config.path("rope_scaling");
        if (!scaling.path("rope_type").asString("").equals("longrope")) {
            return true;
        }
        int original = config.path("original_max_position_embeddings").intValue();
        return one.value().path("ids").size() > original;
    }
}
