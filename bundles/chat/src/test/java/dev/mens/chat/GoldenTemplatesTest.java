package dev.mens.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.diagnostics.ProblemException;
import dev.mens.model.ChatTemplate;
import dev.mens.model.Conversation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Every committed golden, as transformers rendered it.
class GoldenTemplatesTest {
    private static final Path GOLDENS = Path.of("../../itests/golden/data/chat");
    private static final JsonMapper JSON = JsonMapper.shared();

    @TestFactory
    Stream<DynamicTest> a_golden_renders_byte_for_byte() throws IOException {
        var tests = new ArrayList<DynamicTest>();
        try (var families = Files.list(GOLDENS)) {
            for (var family : families.sorted().toList()) {
                tests.addAll(tests(family));
            }
        }
        assertTrue(tests.size() > 200);
        return tests.stream();
    }

    private static List<DynamicTest> tests(Path family) throws IOException {
        var golden = JSON.readTree(Files.readAllBytes(family.resolve("golden.json")));
        var tokens =
                Map.of(
                        "bos_token", golden.path("bos_token").stringValue(),
                        "eos_token", golden.path("eos_token").stringValue());
        var source = Files.readString(family.resolve("template.jinja"));
        var template = new JinjaChatTemplates().compile(source, tokens);
        var tests = new ArrayList<DynamicTest>();
        for (var one : golden.path("cases")) {
            var name =
                    family.getFileName() + " " + tests.size() + " " + one.path("name").asString();
            tests.add(DynamicTest.dynamicTest(name, () -> check(template, one)));
        }
        return tests;
    }

    private static void check(ChatTemplate template, JsonNode golden) {
        var conversation =
                new Conversation(
                        list(golden.path("messages")),
                        list(golden.path("tools")),
                        golden.path("add_generation_prompt").booleanValue(),
                        JSON.convertValue(golden.path("extra"), new TypeReference<>() {}));
        if (golden.has("rendered")) {
            assertEquals(golden.path("rendered").stringValue(), template.render(conversation));
            return;
        }
        var refusal = assertThrows(ProblemException.class, () -> template.render(conversation));
        var message = golden.path("error").stringValue().replaceFirst("^\\w+: ", "");
        assertTrue(refusal.facts().contains(message), refusal.facts());
    }

    private static List<Map<String, Object>> list(JsonNode array) {
        return array.isNull() ? List.of() : JSON.convertValue(array, new TypeReference<>() {});
    }
}
