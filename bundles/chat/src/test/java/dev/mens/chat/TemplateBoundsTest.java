package dev.mens.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.diagnostics.ProblemException;
import dev.mens.model.Conversation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// No template runs for ever, fills the memory or the stack, or reaches Java.
class TemplateBoundsTest {
    private static final String DOUBLING =
            "{% set ns = namespace(x='ab') %}{% for i in range(90) %}";

    private static String render(String source) {
        return new JinjaChatTemplates().compile(source, Map.of()).render(Conversation.of("Hello!"));
    }

    private static void refuses(String source) {
        var refusal =
                assertTimeoutPreemptively(
                        Duration.ofSeconds(30),
                        () -> assertThrows(ProblemException.class, () -> render(source)));
        assertTrue(refusal.problem().id().startsWith("vox/chat/template-"), refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for i in range(10**9) %}x{% endfor %}",
                "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
                "{% for i in range(99999) %}{{ range(99999)|list|length }}{% endfor %}",
                "{% for i in range(99999) %}{{ range(99999)|sum }}{% endfor %}",
                "{% for i in range(99999) %}{{ 99998 in range(99999)|list }}{% endfor %}",
                "{% set l = range(99999)|list %}{% for i in l %}{{ l|sort|length }}{% endfor %}",
                DOUBLING + "{% set ns.x = ns.x + ns.x %}{% endfor %}",
                DOUBLING + "{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
                DOUBLING + "{% set ns.x = ns.x|replace('a', 'aaaa') %}{% endfor %}",
                DOUBLING + "{% set ns.x = (ns.x ~ '&')|e|replace('&', '&&&') %}{% endfor %}",
                DOUBLING + "{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
                DOUBLING + "{% set ns.x = ns.x|tojson|tojson %}{% endfor %}",
                DOUBLING + "{% set ns.x = '%s%s' % (ns.x, ns.x) %}{% endfor %}",
                DOUBLING + "{% set ns.x = '{0}{0}'.format(ns.x) %}{% endfor %}",
                DOUBLING + "{% set ns.x = ns.x.join(ns.x) %}{% endfor %}",
                DOUBLING
                        + "{% set ns.x = ns.x|indent(1000)|string %}{% set ns.x = ns.x ~ '\n"
                        + "' ~ ns.x %}{% endfor %}",
                "{% set ns = namespace(x=2) %}{% for i in range(99) %}{% set ns.x = ns.x * ns.x"
                        + " %}{% endfor %}",
                "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x"
                        + " %}{% endfor %}",
                "{% set ns = namespace(x=[]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{%"
                        + " endfor %}{{ ns.x }}",
                "{% set ns = namespace(x=[]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{%"
                        + " endfor %}{{ ns.x|tojson }}",
                "{% set ns = namespace(x=[]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{%"
                        + " endfor %}{{ ns.x == [ns.x] }}",
                "{% set ns = namespace(x=()) %}{% for i in range(9999) %}{% set ns.x = (ns.x,) %}{%"
                        + " endfor %}{{ {ns.x: 1} }}",
                "{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}",
                "{% set ns = namespace() %}{% set ns.x = [ns] %}{{ ns.x }}",
                "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
                "{% macro f() %}{{ f() ~ f() }}{% endmacro %}{{ f() }}",
                "{% macro f(n) %}{% if n %}{{ f(n-1) ~ f(n-1) }}{% endif %}{% endmacro %}{{ f(60)"
                        + " }}",
                "{% for i in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}",
                "{{ 'x' * 10**10 }}",
                "{{ 'x' * 10**30 }}",
                "{{ [0] * 10**9 }}",
                "{{ 10 ** (10 ** 10) }}",
                "{{ (10 ** 19000) ** 19000 }}",
                "{{ '%999999999d' % 1 }}",
                "{{ '%.999999999f' % 1 }}",
                "{{ '{:999999999}'.format(1) }}",
                "{{ '{:>{}}'.format(1, 999999999) }}",
                "{{ 'a'.center(999999999) }}",
                "{{ 'a'.zfill(999999999) }}",
                "{{ 'a\tb'.expandtabs(999999999) }}",
                "{{ 'a\nb'|indent(999999999) }}",
                "{{ [1]|batch(999999999, 0)|list }}",
                "{{ [1]|slice(999999999)|list }}",
                "{{ [[1]]|tojson(indent=999999999) }}",
                "{{ range(99999)|map('string')|map('center', 99999)|join }}",
                "{% for i in range(99999) %}{{ 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' * 9999 }}{%"
                        + " endfor %}",
                "{{ x.__class__.__mro__ }}",
                "{{ ''.__class__.forName('java.lang.Runtime') }}",
                "{{ ''.getClass().getName() }}",
                "{{ messages.append(1) }}",
                "{{ messages[0].update(role='x') }}",
                "{% include 'etc/passwd' %}",
            })
    void a_template_that_would_take_too_much_ends_in_a_problem(String source) {
        refuses(source);
    }

    @Test
    void a_source_that_nests_too_deeply_is_refused() {
        for (var opening : List.of("(", "[", "{1:", "-", "not ", "x(", "x[", "1 if 1 else ")) {
            refuses("{{ " + opening.repeat(50_000));
        }
        refuses("{% if 1 %}".repeat(20_000));
        refuses("{{ 1" + "+1".repeat(50_000) + " }}");
        refuses("{{ x" + "|e".repeat(50_000) + " }}");
        refuses("{{ {}" + ".x".repeat(50_000) + " }}");
    }

    @Test
    void a_source_that_is_too_long_is_refused() {
        refuses("x".repeat(2_000_000));
    }

    @Test
    void a_long_honest_conversation_is_rendered() {
        var messages = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < 2000; i++) {
            var role = i % 2 == 0 ? "user" : "assistant";
            messages.add(Map.of("role", role, "content", "word ".repeat(400)));
        }
        var source =
                "{% set ns = namespace(n=0) %}{% for m in messages %}{% set ns.n = ns.n + 1 %}"
                        + "{{ m.role }}: {{ m.content|trim }}\n{% endfor %}{{ ns.n }}";
        var rendered =
                new JinjaChatTemplates()
                        .compile(source, Map.of())
                        .render(new Conversation(messages, List.of(), true, Map.of()));
        assertTrue(rendered.endsWith("\n2000"));
        assertEquals(
                1000 * ("user: ".length() + "assistant: ".length()) + 2000 * 2000 + 4,
                rendered.length());
    }

    @Test
    void a_value_that_is_no_json_is_refused() {
        var conversation = new Conversation(List.of(), List.of(), true, Map.of("x", new Object()));
        var refusal =
                assertThrows(
                        ProblemException.class,
                        () -> new JinjaChatTemplates().compile("", Map.of()).render(conversation));
        assertEquals("vox/chat/unsupported-value", refusal.problem().id());
    }

    @Test
    void a_problem_names_the_line() {
        var refusal = assertThrows(ProblemException.class, () -> render("a\n\n{{ x.y }}"));
        assertEquals("vox/chat/template-failed", refusal.problem().id());
        assertTrue(refusal.facts().startsWith("line 3 "), refusal.facts());
        var syntax = assertThrows(ProblemException.class, () -> render("a\n{% if %}"));
        assertEquals("vox/chat/template-syntax", syntax.problem().id());
        assertTrue(syntax.facts().contains("line 2"), syntax.facts());
    }

    @Test
    void a_refusal_carries_the_message_of_the_template() {
        var refusal =
                assertThrows(
                        ProblemException.class, () -> render("{{ raise_exception('100% no') }}"));
        assertEquals("vox/chat/template-refused", refusal.problem().id());
        assertTrue(refusal.facts().contains("100% no"));
    }
}
