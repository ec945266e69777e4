package dev.mens.chat;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.diagnostics.ProblemException;
import dev.mens.model.Conversation;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Whatever the source, it renders or ends in a problem of ours.
class TemplateFuzzTest {
    private static final Conversation CONVERSATION =
            new Conversation(
                    List.of(
                            Map.of("role", "user", "content", "Hi 😀"),
                            Map.of("role", "tool", "content", List.of(1, 2.5, true))),
                    List.of(Map.of("name", "f")),
                    true,
                    Map.of("n", 7, "s", "text", "d", Map.of("a", 1)));

    private static void render(String source) {
        try {
            var template = new JinjaChatTemplates().compile(source, Map.of("bos_token", "<s>"));
            assertNotNull(template.render(CONVERSATION));
        } catch (ProblemException problem) {
            assertTrue(problem.problem().id().startsWith("vox/chat/"), problem.getMessage());
        }
    }

    @Property(tries = 1000)
    void any_text_is_safe(@ForAll String source) {
        render(source);
        render("{{" + source + "}}");
        render("{%" + source + "%}");
    }

    @Property(tries = 3000)
    void any_row_of_words_is_safe(@ForAll("words") String source) {
        render(source);
    }

    @Property(tries = 3000)
    void any_expression_of_words_is_safe(@ForAll("operands") String expression) {
        render("{{ " + expression + " }}");
    }

    @Provide
    Arbitrary<String> words() {
        var words =
                "{{ }} {% %} {%- -%} {# #} if else endif for in endfor set = endset macro endmacro"
                        + " f ( ) x , m messages loop . index break continue call endcall filter"
                        + " endfilter upper raw endraw generation endgeneration with endwith 'a' 1"
                        + " | [ ] : + not is defined recursive caller ns namespace range elif";
        return Arbitraries.of(words.split(" ")).list().ofMaxSize(40).map(w -> String.join(" ", w));
    }

    @Provide
    Arbitrary<String> operands() {
        var words =
                "n s d x messages tools bos_token 'a' '%s' '{}' 1 -1 2.5 true none [] {} () (1,)"
                        + " range(3) [1,'b'] {'a':1} messages[0] + - * / // % ** ~ == < >= in and"
                        + " or not if else |upper |list |sort |join |first |length |tojson |int"
                        + " |round |map('upper') |select |groupby('a') |batch(2) |indent |sum |max"
                        + " |dictsort |unique |format(1) |truncate(3) |center |attr('a') .a .b"
                        + " .upper() .split() .items() .format(1) [0] [::-1] [n] ['a'] (1)";
        return Arbitraries.of(words.split(" "))
                .list()
                .ofMinSize(1)
                .ofMaxSize(12)
                .map(w -> String.join(" ", w));
    }
}
