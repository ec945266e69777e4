package dev.mens.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.diagnostics.ProblemException;
import dev.mens.model.Conversation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplateFilesTest {
    private static final Conversation PLAIN = Conversation.of("Hi");
    private static final Conversation WITH_TOOLS =
            new Conversation(List.of(), List.of(Map.of("name", "f")), true, Map.of());

    @TempDir Path folder;

    private void write(String name, String text) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private String render(Conversation conversation) throws IOException {
        return new JinjaChatTemplates().open(folder).orElseThrow().render(conversation);
    }

    @Test
    void a_folder_without_a_template_has_none() throws IOException {
        assertTrue(new JinjaChatTemplates().open(folder).isEmpty());
        write("tokenizer_config.json", "{\"bos_token\": \"<s>\"}");
        assertTrue(new JinjaChatTemplates().open(folder).isEmpty());
    }

    @Test
    void the_template_of_the_configuration_sees_its_special_tokens() throws IOException {
        write(
                "tokenizer_config.json",
                """
                {"bos_token": "<s>", "eos_token": {"content": "</s>", "lstrip": false},
                 "pad_token": null, "add_bos_token": true,
                 "chat_template": "{{ bos_token }}{{ eos_token }}{{ pad_token is defined }}"}\
                """);
        assertEquals("<s></s>False", render(PLAIN));
    }

    @Test
    void a_template_file_comes_before_the_configuration() throws IOException {
        write("tokenizer_config.json", "{\"chat_template\": \"no\", \"eos_token\": \"<e>\"}");
        write("chat_template.jinja", "yes{{ eos_token }}");
        assertEquals("yes<e>", render(PLAIN));
    }

    @Test
    void the_tool_template_of_a_list_serves_conversations_with_tools() throws IOException {
        write(
                "tokenizer_config.json",
                """
                {"chat_template": [{"name": "default", "template": "plain"},
                                   {"name": "tool_use", "template": "{{ tools[0].name }}"}]}\
                """);
        assertEquals("plain", render(PLAIN));
        assertEquals("f", render(WITH_TOOLS));
    }

    @Test
    void an_additional_tool_template_serves_conversations_with_tools() throws IOException {
        write("chat_template.jinja", "plain");
        write("additional_chat_templates/tool_use.jinja", "tools");
        assertEquals("plain", render(PLAIN));
        assertEquals("tools", render(WITH_TOOLS));
    }

    @Test
    void special_tokens_may_stand_in_a_map_of_their_own() throws IOException {
        write(
                "special_tokens_map.json",
                "{\"bos_token\": {\"content\": \"<b>\"}, \"eos_token\": \"<e>\"}");
        write("tokenizer_config.json", "{\"eos_token\": \"<E>\"}");
        write("chat_template.jinja", "{{ bos_token }}{{ eos_token }}");
        assertEquals("<b><E>", render(PLAIN));
    }

    @Test
    void a_configuration_that_is_no_json_is_a_problem() throws IOException {
        write("tokenizer_config.json", "{\"chat_template\": ");
        var problem =
                assertThrows(ProblemException.class, () -> new JinjaChatTemplates().open(folder));
        assertEquals("vox/chat/template-file", problem.problem().id());
    }
}
