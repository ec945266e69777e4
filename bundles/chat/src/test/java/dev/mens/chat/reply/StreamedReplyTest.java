package dev.mens.chat.reply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.mens.model.ReplyPart;
import dev.mens.model.ToolCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class StreamedReplyTest {
    private static final ToolCall ZURICH =
            new ToolCall("get_weather", Map.of("city", "Zürich"), "");
    private static final ToolCall NOW = new ToolCall("now", Map.of(), "");

    /// Text and calls in order; neighbouring texts joined, since only the cut tells them apart.
    private static List<Object> joined(List<ReplyPart> parts) {
        var joined = new ArrayList<Object>();
        for (var part : parts) {
            switch (part) {
                case ReplyPart.Call(var call) -> joined.add(call);
                case ReplyPart.Text(var text) -> {
                    boolean more = !joined.isEmpty() && joined.getLast() instanceof String;
                    joined.add(more ? joined.removeLast() + text : text);
                }
            }
        }
        return joined;
    }

    private static List<Object> read(String reply) {
        return joined(new MarkedReplyReaders().read(reply));
    }

    @Test
    void text_without_calls_stays_as_it_is() {
        assertEquals(List.of("  a < b [x] {1} \n"), read("  a < b [x] {1} \n"));
    }

    @Test
    void hermes_calls_are_told_from_the_text_before_them() {
        var reply =
                """
                Let me look.
                <tool_call>
                {"name": "get_weather", "arguments": {"city": "Zürich"}}
                </tool_call>
                <tool_call>
                {"name": "now", "arguments": {}}
                </tool_call>\
                """;
        assertEquals(List.of("Let me look.", ZURICH, NOW), read(reply));
    }

    @Test
    void a_hermes_call_needs_no_end_tag() {
        assertEquals(List.of(NOW), read("<tool_call>{\"name\": \"now\", \"arguments\": \"{}\"}"));
    }

    @Test
    void an_end_tag_inside_a_text_of_json_ends_nothing() {
        var call = new ToolCall("say", Map.of("text", "</tool_call>"), "");
        assertEquals(
                List.of(call, "done"),
                read(
                        "<tool_call>{\"name\":\"say\",\"arguments\":{\"text\":\"</tool_call>\"}}"
                                + "</tool_call>\ndone"));
    }

    @Test
    void a_llama_call_may_stand_alone_or_after_its_tag() {
        var call = "{\"name\": \"get_weather\", \"parameters\": {\"city\": \"Zürich\"}}";
        assertEquals(List.of(ZURICH), read(call));
        assertEquals(List.of(ZURICH), read("<|python_tag|>" + call));
        assertEquals(List.of(ZURICH, ZURICH), read(call + "; " + call));
    }

    @Test
    void json_that_is_no_call_stays_text() {
        assertEquals(List.of("{\"a\": 1} is JSON"), read("{\"a\": 1} is JSON"));
        assertEquals(
                List.of("\n<tool_call>\nno\n</tool_call>"),
                read("\n<tool_call>\nno\n</tool_call>"));
        assertEquals(
                List.of("{\"name\": \"x\", \"parameters\": ["),
                read("{\"name\": \"x\", \"parameters\": ["));
    }

    @Test
    void mistral_calls_come_as_a_list_with_ids() {
        assertEquals(
                List.of(new ToolCall("now", Map.of("zone", 1), "abcdefghi"), NOW),
                read(
                        "[TOOL_CALLS] [{\"name\": \"now\", \"arguments\": {\"zone\": 1}, \"id\":"
                                + " \"abcdefghi\"}, {\"name\": \"now\", \"arguments\": {}}]"));
    }

    @Test
    void mistral_calls_come_one_by_one_with_names_before_them() {
        assertEquals(
                List.of("Well.", NOW, ZURICH, new ToolCall("now", Map.of(), "abc")),
                read(
                        "Well.[TOOL_CALLS]now[ARGS]{}[TOOL_CALLS]get_weather{\"city\": \"Zürich\"}"
                                + "[TOOL_CALLS]now[CALL_ID]abc[ARGS]{}"));
    }

    @Test
    void a_text_that_speaks_of_a_mark_stays_text() {
        assertEquals(
                List.of("Use [TOOL_CALLS] to call {it}"), read("Use [TOOL_CALLS] to call {it}"));
    }

    @Test
    void text_is_not_held_longer_than_it_may_become_a_mark() {
        var reader = new StreamedReply();
        assertEquals(List.of(new ReplyPart.Text("Hi")), reader.accept("Hi "));
        assertEquals(List.of(new ReplyPart.Text(" the")), reader.accept("the <tool"));
        assertEquals(List.of(new ReplyPart.Text(" <toolbox")), reader.accept("box"));
    }

    @Test
    void a_long_hostile_reply_is_read_in_linear_time() {
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> {
                    for (var part :
                            List.of("<tool_call>{", "[", " ", "[TOOL_CALLS]a", "{\"a\":[")) {
                        var reply = part.repeat(300_000 / part.length());
                        assertEquals(List.of(reply), read(reply));
                    }
                });
    }

    @Property(tries = 2000)
    void however_a_reply_is_cut_the_parts_are_the_same(
            @ForAll("replies") String reply, @ForAll("cuts") List<Integer> cuts) {
        var reader = new StreamedReply();
        var parts = new ArrayList<ReplyPart>();
        int from = 0;
        for (int i = 0; from < reply.length(); i++) {
            int to = Math.min(reply.length(), from + cuts.get(i % cuts.size()));
            parts.addAll(reader.accept(reply.substring(from, to)));
            from = to;
        }
        parts.addAll(reader.finish());
        assertEquals(read(reply), joined(parts));
    }

    @Provide
    Arbitrary<String> replies() {
        return Arbitraries.of(
                        "<tool_call>",
                        "</tool_call>",
                        "{\"name\": \"now\", \"arguments\": {\"a\": \"}\\\"\"}}",
                        "{\"name\": \"now\", \"parameters\": {}}",
                        "[{\"name\": \"now\", \"arguments\": {}}]",
                        "[TOOL_CALLS]",
                        "<|python_tag|>",
                        "now[ARGS]",
                        "now[CALL_ID]x[ARGS]",
                        "{}",
                        "{",
                        "}",
                        "<tool",
                        "[TOOL",
                        ";",
                        " ",
                        "\n",
                        "text")
                .list()
                .ofMaxSize(9)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<List<Integer>> cuts() {
        return Arbitraries.integers().between(1, 9).list().ofMinSize(1).ofMaxSize(6);
    }
}
