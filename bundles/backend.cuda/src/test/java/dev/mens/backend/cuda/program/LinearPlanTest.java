package dev.mens.backend.cuda.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.backend.cuda.gpu.GpuFacts;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class LinearPlanTest {
    private static final GpuFacts H100 = new GpuFacts(0, "large", 90, 132, 232448, 80L << 30);
    private static final GpuFacts SMALL = new GpuFacts(0, "small", 89, 24, 101376, 8L << 30);

    @Test
    void one_row_of_a_small_model_needs_no_splits_and_fills_the_device_twice() {
        var plan = LinearPlan.of(1, 16384, 2048, true, 0, false, H100);
        assertEquals(2, plan.tile());
        assertEquals(1, plan.splits());
        assertEquals(264, plan.launch().x());
        assertEquals(256, plan.launch().threads());
        assertEquals(0, plan.partialBytes());
    }

    @Test
    void few_rows_are_multiplied_as_integers_where_a_block_has_room_for_its_ring() {
        var plan = LinearPlan.of(2, 4096, 14336, false, 0, true, H100);
        assertEquals(4, plan.tile());
        assertEquals(1, plan.splits());
        assertEquals(128, plan.launch().x());
        assertEquals(512, plan.launch().threads());
        assertEquals(3, LinearPlan.of(4, 4096, 14336, false, 0, true, H100).splits());
        assertEquals(8, LinearPlan.of(5, 4096, 14336, false, 0, true, H100).tile());
        assertEquals(8, LinearPlan.of(4, 4096, 14336, false, 4, true, H100).tile());
        assertEquals(2, LinearPlan.of(1, 4096, 14336, false, 0, true, SMALL).tile());
    }

    @Test
    void one_row_has_a_kernel_whose_warps_share_as_many_columns_as_there_are() {
        var wide = LinearPlan.of(1, 4096, 14336, false, 0, true, H100);
        assertEquals(1, wide.tile());
        assertEquals(16, wide.team());
        assertEquals(132, wide.launch().x());
        var narrow = LinearPlan.of(1, 2048, 2048, false, 0, true, H100);
        assertEquals(1, narrow.tile());
        assertEquals(8, narrow.team());
        assertEquals(64, narrow.launch().x());
        assertEquals(4, LinearPlan.of(1, 2050, 2048, false, 0, true, H100).tile());
        assertEquals(4, LinearPlan.of(1, 2048, 2049, false, 0, true, H100).tile());
    }

    @Test
    void many_rows_of_wide_inputs_are_split() {
        var plan = LinearPlan.of(16, 4096, 14336, false, 0, true, H100);
        assertEquals(16, plan.tile());
        assertEquals(4, plan.splits());
        assertEquals(4L * 512 * 16 * 16 * 4, plan.partialBytes());
        assertEquals(512, plan.launch().threads());
    }

    @Property(tries = 500, seed = "5")
    void shared_memory_is_what_a_block_may_have(
            @ForAll @IntRange(min = 1, max = 16) int rows,
            @ForAll @IntRange(min = 1, max = 30000) int n,
            @ForAll @IntRange(min = 1, max = 30000) int k,
            @ForAll @IntRange(max = 4) int groups,
            @ForAll boolean integers) {
        for (var device : List.of(H100, SMALL)) {
            var plan = LinearPlan.of(rows, n, k, false, groups, integers, device);
            assertTrue(plan.launch().sharedBytes() < device.sharedBytes(), plan::toString);
            assertTrue(plan.launch().x() >= 1 && plan.launch().x() <= Math.max(1, plan.units()));
        }
    }
}
