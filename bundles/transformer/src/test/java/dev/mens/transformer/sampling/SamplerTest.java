package dev.mens.transformer.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.diagnostics.ProblemException;
import dev.mens.inference.InferenceProblem;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class SamplerTest {

    @Test
    void greedy_takes_the_first_of_the_likeliest() {
        var sampler = new Sampler(List.of(), true, 0, new History());
        assertEquals(1, choose(sampler, 0f, 5f, 5f, -1f));
    }

    @Test
    void greedy_is_greedy_after_the_penalties() {
        var history = new History();
        history.prompt(new int[] {1});
        var sampler = new Sampler(List.of(new LogitsRule.RepetitionPenalty(2)), true, 0, history);
        assertEquals(2, choose(sampler, 0f, 5f, 4f, -1f));
        assertEquals(1, choose(sampler, 0f, 5f, 4f, -1f));
    }

    @Test
    void penalties_of_counts_spare_the_prompt() {
        var history = new History();
        history.prompt(new int[] {1});
        var sampler =
                new Sampler(List.of(new LogitsRule.CountPenalty(1.5f, 0.25f)), true, 0, history);
        assertEquals(1, choose(sampler, 0f, 5f, 4f));
        assertEquals(2, choose(sampler, 0f, 5f, 4f));
        assertEquals(1, choose(sampler, 0f, 5f, 3f));
    }

    @Test
    void a_seed_and_a_position_always_draw_the_same() {
        var logits = new float[] {0.1f, 0.3f, 0.2f, 0.25f, 0.15f};
        var candidates = new Candidates(5);
        var first = new Sampler(List.of(), false, 99, new History());
        var second = new Sampler(List.of(), false, 99, new History());
        for (int position = 20; position >= 0; position--) {
            assertEquals(
                    first.choose(logits, candidates, false, position),
                    second.choose(logits, candidates, false, position));
        }
    }

    @Test
    void draws_follow_the_probabilities() {
        var logits = new float[] {(float) Math.log(0.5), (float) Math.log(0.3), -1.609438f};
        var counts = new int[3];
        var candidates = new Candidates(3);
        for (int position = 0; position < 20_000; position++) {
            var sampler = new Sampler(List.of(), false, 5, new History());
            counts[sampler.choose(logits, candidates, false, position)]++;
        }
        assertEquals(0.5, counts[0] / 20_000.0, 0.015);
        assertEquals(0.3, counts[1] / 20_000.0, 0.015);
    }

    @Test
    void what_is_not_finite_is_a_problem() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            var sampler = new Sampler(List.of(), true, 0, new History());
            var problem = assertThrows(ProblemException.class, () -> choose(sampler, 1f, bad, 0f));
            assertEquals(InferenceProblem.NOT_FINITE, problem.problem());
        }
    }

    @Test
    void a_tiny_temperature_does_not_overflow() {
        var sampler =
                new Sampler(
                        List.of(
                                new LogitsRule.Temperature(1e-30f),
                                new LogitsRule.TopK(2),
                                new LogitsRule.TopP(0.9f),
                                new LogitsRule.MinP(0.1f)),
                        false,
                        3,
                        new History());
        assertEquals(1, choose(sampler, 1e9f, 1.1e9f, -1e9f));
    }

    @Property(tries = 300)
    void top_p_keeps_what_a_full_sort_keeps(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 400) int size) {
        var random = new Random(seed);
        float p = random.nextFloat();
        var logits = new float[size];
        for (int i = 0; i < size; i++) {
            logits[i] = (float) (random.nextGaussian() * 4);
        }
        var candidates = new Candidates(size);
        candidates.fill(logits);
        new LogitsRule.TopP(p).apply(candidates, new History());
        var sorted = logits.clone();
        Arrays.sort(sorted);
        double mass = 0;
        for (float logit : sorted) {
            mass += Math.exp(logit - sorted[size - 1]);
        }
        double above = 0;
        int kept = 0;
        for (int i = size - 1; i >= 0 && (kept == 0 || above < p * mass); i--) {
            above += Math.exp(sorted[i] - sorted[size - 1]);
            kept++;
        }
        assertEquals(kept, candidates.count());
        for (int i = 1; i < candidates.count(); i++) {
            assertTrue(candidates.id(i - 1) < candidates.id(i));
        }
    }

    @Property(tries = 300)
    void top_k_keeps_k(@ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int size) {
        var random = new Random(seed);
        int k = 1 + random.nextInt(size);
        var logits = new float[size];
        for (int i = 0; i < size; i++) {
            logits[i] = random.nextFloat() * 10 - 5;
        }
        var candidates = new Candidates(size);
        candidates.fill(logits);
        new LogitsRule.TopK(k).apply(candidates, new History());
        var sorted = logits.clone();
        Arrays.sort(sorted);
        float least = sorted[size - k];
        int ties = 0;
        for (float logit : logits) {
            ties += logit >= least ? 1 : 0;
        }
        assertEquals(ties, candidates.count());
    }

    private static int choose(Sampler sampler, float... logits) {
        return sampler.choose(logits, new Candidates(logits.length), false, 0);
    }
}
