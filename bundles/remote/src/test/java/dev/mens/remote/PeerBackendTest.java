package dev.mens.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.diagnostics.ProblemException;
import dev.mens.inference.BackendLostException;
import dev.mens.inference.InferenceProblem;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenEvent;
import dev.mens.inference.TokenStream;
import dev.mens.inference.Verdict;
import dev.mens.model.Conversation;
import dev.mens.oplog.Op;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PeerBackendTest {
    private static List<TokenEvent> all(TokenStream stream) throws Exception {
        var events = new ArrayList<TokenEvent>();
        do {
            events.add(stream.next());
        } while (!(events.getLast() instanceof TokenEvent.End));
        return events;
    }

    @Test
    void tokens_arrive_as_the_peer_generates_them() throws Exception {
        try (var peers = new Peers();
                var stream =
                        peers.backend.predict(
                                peers.loaded(), Prompt.of("x"), SamplingParams.greedy(200))) {
            var events = all(stream);
            assertEquals(201, events.size());
            assertEquals(
                    new TokenEvent.Token(
                            199,
                            " 199",
                            -0.5f,
                            List.of(new TokenEvent.Alternative(200, "é", -2.5f))),
                    events.get(199));
            assertEquals(
                    new TokenEvent.End(
                            TokenEvent.Reason.MAX_TOKENS,
                            ".",
                            new TokenEvent.Usage(
                                    3, 200, Duration.ofMillis(5), Duration.ofMillis(7))),
                    events.getLast());
            assertEquals(events.getLast(), stream.next());
        }
    }

    @Test
    void prompts_and_sampling_rules_arrive_as_they_were() throws Exception {
        var message = new LinkedHashMap<String, Object>();
        message.put("role", "user");
        message.put("content", List.of(1, 2L, 0.5, true, "ü\0", BigInteger.TWO.pow(90)));
        message.put("nothing", null);
        var chat = new Conversation(List.of(message), List.of(Map.of("a", false)), true, Map.of());
        var sampling =
                SamplingParams.builder()
                        .maxTokens(7)
                        .temperature(0.25)
                        .topK(3)
                        .topP(0.5)
                        .minP(0.125)
                        .repetitionPenalty(1.5)
                        .frequencyPenalty(-1)
                        .presencePenalty(2)
                        .seed(Long.MIN_VALUE)
                        .stop(List.of("a", "β"))
                        .logprobs(4)
                        .build();
        var prompts =
                List.of(
                        Prompt.of(chat).after(List.of(0, 1)),
                        Prompt.of("text"),
                        new Prompt(new Prompt.Tokens(List.of(5, 6)), List.of()));
        try (var peers = new Peers()) {
            for (var prompt : prompts) {
                try (var stream = peers.backend.predict(peers.loaded(), prompt, sampling)) {
                    all(stream);
                }
                assertEquals(prompt, peers.dispatcher.prompt);
                assertEquals(sampling, peers.dispatcher.sampling);
            }
            try (var stream =
                    peers.backend.predict(
                            peers.loaded(), Prompt.of(""), SamplingParams.defaults())) {
                stream.next();
                assertEquals(SamplingParams.defaults(), peers.dispatcher.sampling);
            }
        }
    }

    @Test
    void a_peer_gets_ahead_of_its_reader_by_a_window_only() throws Exception {
        try (var peers = new Peers();
                var stream =
                        peers.backend.predict(
                                peers.loaded(), Prompt.of("x"), SamplingParams.defaults())) {
            for (int read = 0; read < 1000; read++) {
                stream.next();
                int ahead = peers.dispatcher.generated.get() - read;
                assertTrue(ahead <= Wire.WINDOW + 2, ahead + " ahead");
            }
        }
    }

    @Test
    void closing_a_stream_ends_it_at_the_peer() throws Exception {
        try (var peers = new Peers()) {
            var stream =
                    peers.backend.predict(
                            peers.loaded(), Prompt.of("x"), SamplingParams.defaults());
            stream.next();
            stream.close();
            assertTrue(peers.dispatcher.closed.await(10, TimeUnit.SECONDS));
            var end = assertInstanceOf(TokenEvent.End.class, stream.next());
            assertEquals(TokenEvent.Reason.CANCELLED, end.reason());
        }
    }

    @Test
    void one_link_serves_one_answer_after_the_other() throws Exception {
        try (var peers = new Peers()) {
            for (int i = 0; i < 20; i++) {
                try (var stream =
                        peers.backend.predict(
                                peers.loaded(), Prompt.of("x"), SamplingParams.greedy(100))) {
                    assertEquals(101, all(stream).size());
                }
            }
            assertEquals(1, peers.links.opened.get());
        }
    }

    @Test
    void a_link_that_the_peer_ended_between_two_answers_is_replaced() throws Exception {
        try (var peers = new Peers()) {
            for (int i = 1; i <= 3; i++) {
                try (var stream =
                        peers.backend.predict(
                                peers.loaded(), Prompt.of("x"), SamplingParams.greedy(5))) {
                    assertEquals(6, all(stream).size());
                }
                assertEquals(i, peers.links.opened.get());
                peers.links.cut();
            }
            assertInstanceOf(Verdict.Yes.class, peers.backend.canServe(Peers.MODEL));
        }
    }

    @Test
    void a_peer_that_breaks_off_after_some_tokens_is_lost() throws Exception {
        try (var peers = new Peers();
                var stream =
                        peers.backend.predict(
                                peers.loaded(), Prompt.of("x"), SamplingParams.defaults())) {
            stream.next();
            peers.links.cut();
            assertThrows(BackendLostException.class, () -> all(stream));
            assertInstanceOf(Verdict.No.class, peers.backend.canServe(Peers.MODEL));
            assertEquals(1, peers.links.opened.get());
        }
    }

    @Test
    void a_peer_that_hangs_is_left_within_three_seconds_and_not_chosen_again() throws Exception {
        try (var peers = new Peers(link -> Thread.sleep(Duration.ofMinutes(1)))) {
            long begun = System.nanoTime();
            assertThrows(BackendLostException.class, peers::loaded);
            assertTrue(System.nanoTime() - begun < Duration.ofSeconds(3).toNanos());
            var verdict = assertInstanceOf(Verdict.No.class, peers.backend.canServe(Peers.MODEL));
            assertEquals("it was lost: it said nothing for 2200 ms", verdict.reason());
            assertEquals(verdict, peers.other.canServe(Peers.MODEL));
        }
    }

    @Test
    void a_peer_that_lost_one_backend_is_asked_for_its_others() throws Exception {
        try (var peers = new Peers()) {
            peers.dispatcher.lost = "its device is gone";
            var stream =
                    peers.backend.predict(
                            peers.loaded(), Prompt.of("x"), SamplingParams.defaults());
            assertThrows(BackendLostException.class, stream::next);
            assertInstanceOf(Verdict.No.class, peers.backend.canServe(Peers.MODEL));
            assertInstanceOf(Verdict.Yes.class, peers.other.canServe(Peers.MODEL));
        }
    }

    @Test
    void a_peer_that_breaks_off_in_a_stream_is_lost_at_once() throws Exception {
        try (var peers = new Peers(dev.mens.mesh.Link::close)) {
            assertThrows(BackendLostException.class, peers::loaded);
        }
    }

    @Test
    void a_refusal_says_why_and_rests_the_peer() throws Exception {
        try (var peers = new Peers()) {
            peers.refusal = "accepts_inference_workloads is false";
            var lost = assertThrows(BackendLostException.class, peers::loaded);
            assertTrue(lost.getMessage().endsWith("accepts_inference_workloads is false"));
            var verdict = assertInstanceOf(Verdict.No.class, peers.backend.canServe(Peers.MODEL));
            assertEquals("it refused: accepts_inference_workloads is false", verdict.reason());
            assertEquals(Peers.HERE, peers.admitted.getFirst().requester());
        }
    }

    @Test
    void a_fault_of_the_prompt_crosses_with_its_id_and_remedy() throws Exception {
        try (var peers = new Peers()) {
            peers.dispatcher.fault = InferenceProblem.CONTEXT_OVERFLOW.with(9, "tiny", 8);
            var stream =
                    peers.backend.predict(
                            peers.loaded(), Prompt.of("x"), SamplingParams.defaults());
            var problem = assertThrows(ProblemException.class, stream::next);
            assertEquals(peers.dispatcher.fault.getMessage(), problem.getMessage());
            assertInstanceOf(Verdict.Yes.class, peers.backend.canServe(Peers.MODEL));
        }
    }

    @Test
    void a_job_ends_when_its_time_is_over() throws Exception {
        try (var peers = new Peers()) {
            peers.longest = Duration.ofMillis(100);
            var stream =
                    peers.backend.predict(
                            peers.loaded(), Prompt.of("x"), SamplingParams.defaults());
            var lost = assertThrows(BackendLostException.class, () -> all(stream));
            assertTrue(lost.getMessage().contains("max_job_duration_secs"), lost.getMessage());
        }
    }

    @Test
    void a_whole_answer_is_credited_once() throws Exception {
        try (var peers = new Peers();
                var stream =
                        peers.backend.predict(
                                peers.loaded(), Prompt.of("x"), SamplingParams.greedy(3))) {
            all(stream);
            var kudos = assertInstanceOf(Op.Kudos.class, peers.thanks.poll(10, TimeUnit.SECONDS));
            assertEquals(Op.Kudos.Primitive.CPU_COMPUTE_MS, kudos.primitive());
            assertEquals(12, kudos.amount());
            assertEquals(64, kudos.attestation().length());
        }
    }
}
