package dev.mens.backend.cuda.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.backend.cuda.program.BatchPlan.Output;
import dev.mens.backend.cuda.program.BatchPlan.Work;
import dev.mens.compute.Program.Wanted;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BatchPlanTest {
    @Test
    void a_row_tells_its_token_place_what_it_sees_and_its_sequence() {
        var pass = plan(128, new Work(7, new int[] {11, 12}, 5, 0, true, Wanted.NOTHING, 3));
        assertArrayEquals(
                new int[] {11, 5, 6, 7, 7, 3, 0, 0, 12, 6, 7, 7, 7, 3, 0, 0},
                pass.getFirst().rows());
    }

    @Test
    void every_row_of_an_encoder_sees_all_and_they_stay_together() {
        var encoder = new Work(1, new int[100], 0, 0, false, Wanted.HIDDEN, 0);
        var passes = plan(128, causal(1, 100, Wanted.NOTHING), encoder);
        assertEquals(2, passes.size());
        assertEquals(100, passes.get(1).count());
        assertEquals(100, passes.get(1).rows()[2]);
        assertFalse(passes.get(1).single());
    }

    @Test
    void a_long_prompt_takes_several_passes_and_its_logits_come_from_the_last() {
        var passes = plan(64, causal(1, 150, Wanted.LAST_LOGITS));
        assertEquals(List.of(64, 64, 22), passes.stream().map(pass -> pass.count()).toList());
        assertEquals(List.of(), passes.get(0).outputs());
        assertEquals(List.of(new Output(21, 0, 0)), passes.get(2).outputs());
    }

    @Test
    void tiles_never_cross_sequences() {
        var pass = plan(256, causal(1, 70, Wanted.NOTHING), causal(2, 3, Wanted.NOTHING));
        assertArrayEquals(new int[] {0, 64, 64, 6, 70, 3}, pass.getFirst().tiles());
    }

    @Test
    void a_step_of_decoding_is_recognized() {
        assertTrue(
                plan(64, causal(1, 1, Wanted.LAST_LOGITS), causal(2, 1, Wanted.LAST_LOGITS))
                        .getFirst()
                        .single());
        assertFalse(
                plan(64, causal(1, 1, Wanted.LAST_LOGITS), causal(2, 2, Wanted.LAST_LOGITS))
                        .getFirst()
                        .single());
    }

    @Test
    void rows_computed_again_are_not_handed_out() {
        var again = new Work(1, new int[10], 0, 8, true, Wanted.ALL_LOGITS, 0);
        assertEquals(
                List.of(new Output(8, 0, 0), new Output(9, 0, 1)),
                plan(64, again).getFirst().outputs());
    }

    private static Work causal(int sequence, int tokens, Wanted wanted) {
        return new Work(sequence, new int[tokens], 0, 0, true, wanted, 0);
    }

    private static List<BatchPlan.Pass> plan(int mostRows, Work... works) {
        return BatchPlan.of(List.of(works), mostRows, 64).passes();
    }
}
