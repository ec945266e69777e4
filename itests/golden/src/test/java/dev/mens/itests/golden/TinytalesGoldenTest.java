package dev.mens.itests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.mens.backend.cpu.vector.CacheChoice;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenEvent;
import dev.mens.model.Conversation;
import dev.mens.tokenizer.HfTokenizers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// The default model, to the end of each story.
final class TinytalesGoldenTest {
    private static final int CONTEXT = 1024;

    @TestFactory
    Stream<? extends DynamicNode> the_default_model_tells_the_same_stories() {
        var folder = Goldens.tinytales();
        return folder.isEmpty() ? Goldens.absent("tinytales") : tests(folder.get()).stream();
    }

    private static List<DynamicTest> tests(Path folder) {
        var tests = new ArrayList<DynamicTest>();
        var cases = Goldens.numbered(Goldens.golden(folder).path("cases"));
        for (var one : cases) {
            var value = one.value();
            tests.add(dynamicTest(one + ": ids", () -> ids(folder, value)));
            tests.add(dynamicTest(one + ": logits", () -> logits(folder, value, CacheChoice.F32)));
            tests.add(dynamicTest(one + ": halves", () -> logits(folder, value, CacheChoice.F16)));
            tests.add(dynamicTest(one + ": greedy", () -> greedy(folder, value)));
            tests.add(dynamicTest(one + ": continued", () -> continued(folder, value)));
            if (value.path("name").asString("").startsWith("chat-")) {
                tests.add(dynamicTest(one + ": as a chat", () -> chat(folder, value)));
            }
        }
        tests.add(
                dynamicTest(
                        "all at once",
                        () -> together(folder, cases.stream().map(c -> c.value()).toList())));
        return tests;
    }

    private static void ids(Path folder, JsonNode one) throws IOException {
        assertArrayEquals(
                Goldens.ints(one.path("ids")),
                new HfTokenizers().open(folder).encode(one.path("prompt").stringValue(), true));
    }

    private static void logits(Path folder, JsonNode one, CacheChoice cache)
            throws IOException, InterruptedException {
        double tolerance = cache == CacheChoice.F16 ? 1e-3 : 1e-4;
        try (var model = new ModelUnderTest(folder, CONTEXT, cache)) {
            var all = model.logits(Goldens.ints(one.path("ids")));
            var last = Arrays.copyOfRange(all, all.length - model.vocabulary(), all.length);
            double error = Goldens.relativeError(Goldens.doubles(one.path("logits_last")), last);
            assertTrue(error <= tolerance, () -> "relative error " + error);
        }
    }

    private static void greedy(Path folder, JsonNode one) throws IOException, InterruptedException {
        try (var model = new ModelUnderTest(folder, CONTEXT)) {
            var said =
                    model.stream(
                            Prompt.of(one.path("prompt").stringValue()), SamplingParams.defaults());
            assertSaid(one, said);
        }
    }

    /// A chat stops at the end of the turn, and its template gives the same tokens.
    private static void chat(Path folder, JsonNode one) throws IOException, InterruptedException {
        var user =
                one.path("prompt")
                        .stringValue()
                        .replace("<|user|>\n", "")
                        .replace("<|end|>\n<|assistant|>\n", "");
        try (var model = new ModelUnderTest(folder, CONTEXT)) {
            var prompt = Prompt.of(Conversation.of(user));
            assertSaid(one, model.stream(prompt, SamplingParams.defaults()));
        }
    }

    /// A stream that moves after any tenth token says the same.
    private static void continued(Path folder, JsonNode one)
            throws IOException, InterruptedException {
        try (var model = new ModelUnderTest(folder, CONTEXT)) {
            var tokens = stop(one).subList(0, stop(one).size() - 1);
            var prompt = Prompt.of(one.path("prompt").stringValue());
            for (int cut = 10; cut <= tokens.size(); cut += 10) {
                var rest =
                        model.stream(
                                prompt.after(tokens.subList(0, cut)), SamplingParams.defaults());
                assertEquals(tokens.subList(cut, tokens.size()), rest.ids());
                assertTrue(one.path("greedy_text").stringValue().endsWith(rest.text()));
            }
        }
    }

    private static void together(Path folder, List<JsonNode> cases) throws Exception {
        try (var model = new ModelUnderTest(folder, CONTEXT);
                var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<ModelUnderTest.Said>> streams = new ArrayList<>();
            for (var one : cases) {
                var prompt = Prompt.of(one.path("prompt").stringValue());
                streams.add(() -> model.stream(prompt, SamplingParams.defaults()));
            }
            var results = tasks.invokeAll(streams);
            for (int i = 0; i < cases.size(); i++) {
                assertSaid(cases.get(i), results.get(i).get());
            }
        }
    }

    /// The golden ends with the end token, which ends our stream and is not said.
    private static void assertSaid(JsonNode one, ModelUnderTest.Said said) {
        var tokens = stop(one);
        assertEquals(tokens.subList(0, tokens.size() - 1), said.ids());
        assertEquals(one.path("greedy_text").stringValue(), said.text());
        assertEquals(TokenEvent.Reason.END_TOKEN, said.reason());
    }

    private static List<Integer> stop(JsonNode one) {
        assertTrue(one.path("ends_with_eos").booleanValue());
        return Goldens.integers(one.path("greedy"));
    }
}
