package dev.mens.itests.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.mens.chat.JinjaChatTemplates;
import dev.mens.diagnostics.ProblemException;
import dev.mens.model.ChatTemplate;
import dev.mens.model.Conversation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Chat templates, byte for byte.
final class ChatGoldenTest {

    @TestFactory
    Stream<DynamicNode> a_template_renders_what_transformers_renders() {
        return Goldens.each(
                "chat", folder -> dynamicContainer(folder.getFileName().toString(), tests(folder)));
    }

    private static Stream<DynamicTest> tests(Path folder) {
        var golden = Goldens.golden(folder);
        var tokens = new HashMap<String, String>();
        for (var name : List.of("bos_token", "eos_token")) {
            if (golden.path(name).isString()) {
                tokens.put(name, golden.path(name).stringValue());
            }
        }
        return Goldens.numbered(golden.path("cases")).stream()
                .map(
                        one ->
                                dynamicTest(
                                        one.toString(),
                                        () -> check(template(folder, tokens), one.value())));
    }

    private static ChatTemplate template(Path folder, Map<String, String> tokens)
            throws IOException {
        var source = Files.readString(folder.resolve("template.jinja"));
        return new JinjaChatTemplates().compile(source, tokens);
    }

    private static void check(ChatTemplate template, JsonNode one) {
        var conversation =
                new Conversation(
                        maps(one.path("messages")),
                        maps(one.path("tools")),
                        one.path("add_generation_prompt").asBoolean(false),
                        one.path("extra").isObject()
                                ? JsonMapper.shared()
                                        .convertValue(one.path("extra"), new TypeReference<>() {})
                                : Map.of());
        if (one.path("rendered").isString()) {
            assertEquals(one.path("rendered").stringValue(), template.render(conversation));
            return;
        }
        // "TemplateError: what the template said"
        var said = one.path("error").stringValue().replaceFirst("^\\w+: ", "");
        var refusal = assertThrows(ProblemException.class, () -> template.render(conversation));
        assertTrue(refusal.getMessage().contains(said), refusal.getMessage());
    }

    private static List<Map<String, Object>> maps(JsonNode array) {
        return array.isArray()
                ? JsonMapper.shared().convertValue(array, new TypeReference<>() {})
                : List.of();
    }
}
