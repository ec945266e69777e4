package dev.mens.transformer.engine;

import static dev.mens.transformer.engine.Engines.all;
import static dev.mens.transformer.engine.Engines.upTo;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.diagnostics.ProblemException;
import dev.mens.inference.InferenceProblem;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenEvent.Reason;
import dev.mens.inference.TokenStream;
import dev.mens.model.Conversation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class BatchEngineTest {
    private static final int CONTEXT = 4096;

    @Test
    void streams_at_once_say_what_each_says_alone() throws Exception {
        var kernels = HashKernels.letters();
        try (var engine = Engines.decoder(kernels, CONTEXT);
                var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            var prompts = List.of("a", "bb", "c".repeat(700), "d", "Hello", "f".repeat(1500));
            var alone = new ArrayList<List<Integer>>();
            for (var prompt : prompts) {
                alone.add(all(engine.predict(Prompt.of(prompt), SamplingParams.greedy(90))).ids());
            }
            List<Callable<List<Integer>>> together = new ArrayList<>();
            for (var prompt : prompts) {
                together.add(
                        () ->
                                all(engine.predict(Prompt.of(prompt), SamplingParams.greedy(90)))
                                        .ids());
            }
            var results = tasks.invokeAll(together);
            for (int i = 0; i < results.size(); i++) {
                assertEquals(alone.get(i), results.get(i).get());
            }
        }
        assertEquals(0, kernels.openCaches.get());
    }

    @Test
    void waiting_streams_share_one_batch() throws Exception {
        var go = new CountDownLatch(1);
        var kernels = new HashKernels((hash, tokens) -> 'x', _ -> go.await());
        try (var engine = Engines.decoder(kernels, CONTEXT)) {
            var streams = new ArrayList<TokenStream>();
            for (int i = 0; i < 8; i++) {
                streams.add(engine.predict(Prompt.of("p" + i), SamplingParams.greedy(20)));
            }
            assertEquals(8, engine.activeStreams());
            go.countDown();
            for (var stream : streams) {
                assertEquals("x".repeat(20), all(stream).text());
            }
        }
        assertTrue(kernels.mostSegments.get() >= 7, () -> "most " + kernels.mostSegments.get());
    }

    @Test
    void a_stream_that_moves_says_the_rest_from_every_token() throws Exception {
        var sampling =
                SamplingParams.builder()
                        .maxTokens(12)
                        .temperature(1.5)
                        .seed(7)
                        .repetitionPenalty(1.3)
                        .presencePenalty(0.5)
                        .build();
        try (var engine = Engines.decoder(HashKernels.letters(), CONTEXT)) {
            var prompt = Prompt.of("Once");
            var whole = all(engine.predict(prompt, sampling));
            for (int cut = 0; cut <= whole.ids().size(); cut++) {
                var begun = upTo(engine.predict(prompt, sampling), Math.max(cut, 1));
                var head = cut == 0 ? List.<Integer>of() : begun.ids();
                var rest = all(engine.predict(prompt.after(head), sampling));
                var joined = new ArrayList<>(head);
                joined.addAll(rest.ids());
                assertEquals(whole.ids(), joined);
                assertEquals(whole.text(), (cut == 0 ? "" : begun.text()) + rest.text());
                assertEquals(whole.end().reason(), rest.end().reason());
                assertEquals(12, rest.end().usage().generatedTokens());
            }
        }
    }

    @Test
    void a_character_of_several_tokens_comes_whole_even_when_the_stream_moves_inside_it()
            throws Exception {
        var bytes = "é€😀".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        var kernels =
                new HashKernels(
                        (hash, tokens) -> bytes[(tokens.length - 2) % bytes.length] & 0xff,
                        _ -> {});
        try (var engine = Engines.decoder(kernels, CONTEXT)) {
            var prompt = Prompt.of("p");
            var sampling = SamplingParams.greedy(9);
            assertEquals("é€😀", all(engine.predict(prompt, sampling)).text());
            for (int cut = 1; cut < 9; cut++) {
                var head = upTo(engine.predict(prompt, sampling), cut);
                var rest = all(engine.predict(prompt.after(head.ids()), sampling));
                assertEquals("é€😀", head.text() + rest.text());
            }
        }
    }

    @Test
    void a_stop_string_ends_the_stream_and_is_not_said() throws Exception {
        var script = "one two STOP three";
        try (var engine = Engines.decoder(script(script), CONTEXT)) {
            var sampling =
                    SamplingParams.builder().temperature(0).stop(List.of("OTP", "STOP")).build();
            var prompt = Prompt.of("p");
            var said = all(engine.predict(prompt, sampling));
            assertEquals("one two ", said.text());
            assertEquals(Reason.STOP_STRING, said.end().reason());
            var moved = all(engine.predict(prompt.after(said.ids()), sampling));
            assertEquals(List.of(), moved.ids());
            assertEquals(Reason.STOP_STRING, moved.end().reason());
            var inside = said.ids().subList(0, said.ids().size() - 2);
            assertEquals("", all(engine.predict(prompt.after(inside), sampling)).text());
        }
    }

    @Test
    void the_end_token_ends_the_stream_unless_it_is_ignored() throws Exception {
        var kernels =
                new HashKernels(
                        (hash, tokens) -> tokens.length == 5 ? CharacterTokenizer.END : 'y',
                        _ -> {});
        try (var engine = Engines.decoder(kernels, CONTEXT)) {
            var said = all(engine.predict(Prompt.of("p"), SamplingParams.greedy(20)));
            assertEquals("yyy", said.text());
            assertEquals(Reason.END_TOKEN, said.end().reason());
            var ignoring =
                    SamplingParams.builder().temperature(0).maxTokens(6).ignoreEnd(true).build();
            assertEquals("yyyyy", all(engine.predict(Prompt.of("p"), ignoring)).text());
        }
    }

    @Test
    void a_stream_ends_where_the_context_is_full() throws Exception {
        try (var engine = Engines.decoder(HashKernels.letters(), 40)) {
            var said = all(engine.predict(Prompt.of("123456789"), SamplingParams.greedy(1000)));
            assertEquals(Reason.CONTEXT_FULL, said.end().reason());
            assertEquals(31, said.ids().size());
            var full = Prompt.of("x".repeat(39));
            assertEquals(1, all(engine.predict(full, SamplingParams.greedy(9))).ids().size());
        }
    }

    @Test
    void a_cache_grows_when_an_answer_is_long() throws Exception {
        var kernels = HashKernels.letters();
        try (var engine = Engines.decoder(kernels, 1 << 16)) {
            var said = all(engine.predict(Prompt.of("p"), SamplingParams.greedy(5000)));
            assertEquals(5000, said.ids().size());
            var rest =
                    all(
                            engine.predict(
                                    Prompt.of("p").after(said.ids().subList(0, 4990)),
                                    SamplingParams.greedy(5000)));
            assertEquals(said.ids().subList(4990, 5000), rest.ids());
        }
        assertEquals(0, kernels.openCaches.get());
    }

    @Test
    void bad_prompts_are_refused_before_they_run() throws Exception {
        try (var engine = Engines.decoder(HashKernels.letters(), 8)) {
            assertProblem(
                    InferenceProblem.CONTEXT_OVERFLOW, engine, Prompt.of("too long a prompt"));
            assertProblem(
                    InferenceProblem.EMPTY_PROMPT,
                    engine,
                    new Prompt(new Prompt.Tokens(List.of()), List.of()));
            assertProblem(
                    InferenceProblem.BAD_TOKEN,
                    engine,
                    new Prompt(new Prompt.Tokens(List.of(1, 9999)), List.of()));
            assertProblem(InferenceProblem.BAD_TOKEN, engine, Prompt.of("a").after(List.of(-1)));
            assertProblem(
                    InferenceProblem.NO_CHAT_TEMPLATE, engine, Prompt.of(Conversation.of("hello")));
            assertEquals(0, engine.activeStreams());
        }
    }

    @Test
    void a_conversation_is_rendered_without_a_second_begin_token() throws Exception {
        var seen = new ArrayList<int[]>();
        var kernels =
                new HashKernels(
                        (hash, tokens) -> {
                            seen.add(tokens);
                            return CharacterTokenizer.END_OF_TURN;
                        },
                        _ -> {});
        try (var engine =
                Engines.decoder(
                        kernels,
                        CONTEXT,
                        chat -> "[" + chat.messages().getFirst().get("content"))) {
            var said =
                    all(
                            engine.predict(
                                    Prompt.of(
                                            new Conversation(
                                                    List.of(Map.of("content", "hi")),
                                                    List.of(),
                                                    true,
                                                    Map.of())),
                                    SamplingParams.greedy(9)));
            assertEquals(Reason.END_TOKEN, said.end().reason());
        }
        assertArrayEquals(new int[] {'[', 'h', 'i'}, seen.getFirst());
    }

    @Test
    void the_next_turn_of_a_conversation_computes_only_what_is_new() throws Exception {
        var kernels = HashKernels.letters();
        try (var engine = Engines.decoder(kernels, CONTEXT)) {
            var first = "A conversation with a rather long beginning. ".repeat(10);
            var answer = all(engine.predict(Prompt.of(first), SamplingParams.greedy(30)));
            long before = kernels.rows.get();
            var second = first + answer.text() + " And now?";
            var reused = all(engine.predict(Prompt.of(second), SamplingParams.greedy(30)));
            assertTrue(kernels.rows.get() - before < 60, () -> "rows " + kernels.rows.get());
            try (var fresh = Engines.decoder(HashKernels.letters(), CONTEXT)) {
                assertEquals(
                        all(fresh.predict(Prompt.of(second), SamplingParams.greedy(30))).ids(),
                        reused.ids());
            }
        }
        assertEquals(0, kernels.openCaches.get());
    }

    @Test
    void logits_that_are_not_finite_are_a_problem_of_their_stream_only() throws Exception {
        var kernels = new HashKernels((hash, tokens) -> 'z', _ -> {});
        kernels.poison('N');
        try (var engine = Engines.decoder(kernels, CONTEXT)) {
            var good = engine.predict(Prompt.of("good"), SamplingParams.greedy(40));
            var bad = engine.predict(Prompt.of("bad N"), SamplingParams.greedy(40));
            var problem = assertThrows(ProblemException.class, () -> all(bad));
            assertEquals(InferenceProblem.NOT_FINITE, problem.problem());
            assertEquals("z".repeat(40), all(good).text());
        }
    }

    private static HashKernels script(String text) {
        return new HashKernels((hash, tokens) -> text.charAt(tokens.length - 2), _ -> {});
    }

    private static void assertProblem(
            InferenceProblem expected, BatchEngine engine, Prompt prompt) {
        var problem =
                assertThrows(
                        ProblemException.class,
                        () -> engine.predict(prompt, SamplingParams.greedy(3)));
        assertEquals(expected, problem.problem());
    }
}
