package dev.mens.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mens.diagnostics.ProblemException;
import dev.mens.model.Conversation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Templates of ours with what Jinja 3.1.6 made of them, in the environment that transformers sets
/// up: `language.json` goes through the language, `families/` writes the constructs of known
/// model families in our own small templates.
class RecordedTemplatesTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-03-07T04:05:06Z"), ZoneOffset.UTC);

    @TestFactory
    Stream<DynamicTest> an_expression_or_tag_renders_as_in_jinja() {
        var tests = new ArrayList<DynamicTest>();
        for (var recorded : recorded("language.json")) {
            var source = recorded.path("template").stringValue();
            tests.add(DynamicTest.dynamicTest("«" + source + "»", () -> check(source, recorded)));
        }
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> a_template_in_the_manner_of_a_family_renders_as_in_jinja() {
        var families =
                List.of(
                        "command",
                        "deepseek",
                        "gemma-lists",
                        "granite",
                        "harmony",
                        "hermes",
                        "images",
                        "llama2",
                        "smol",
                        "zephyr");
        var tests = new ArrayList<DynamicTest>();
        for (var family : families) {
            var source = text("families/" + family + ".jinja");
            for (var recorded : recorded("families/" + family + ".json")) {
                var name = family + " " + tests.size();
                tests.add(DynamicTest.dynamicTest(name, () -> check(source, recorded)));
            }
        }
        return tests.stream();
    }

    private static void check(String source, JsonNode recorded) {
        if (recorded.has("rendered")) {
            var rendered = render(source, recorded.path("variables"));
            assertEquals(recorded.path("rendered").stringValue(), rendered);
        } else {
            assertThrows(ProblemException.class, () -> render(source, recorded.path("variables")));
        }
    }

    private static String render(String source, JsonNode variables) {
        Map<String, Object> extra = JSON.convertValue(variables, new TypeReference<>() {});
        List<Map<String, Object>> messages =
                JSON.convertValue(variables.path("messages"), new TypeReference<>() {});
        var conversation =
                new Conversation(
                        messages == null ? List.of() : messages,
                        List.of(),
                        variables.path("add_generation_prompt").booleanValue(true),
                        extra);
        return new JinjaChatTemplates(CLOCK)
                .compile(source, Map.of("bos_token", "<s>", "eos_token", "</s>"))
                .render(conversation);
    }

    private static JsonNode recorded(String name) {
        return JSON.readTree(text(name));
    }

    private static String text(String name) {
        try (InputStream in = RecordedTemplatesTest.class.getResourceAsStream("/jinja/" + name)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
