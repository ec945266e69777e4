package dev.mens.backend.cuda.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.backend.cuda.gpu.GpuFacts;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GatedProductTest {
    private static final GpuFacts H100 = new GpuFacts(0, "large", 90, 132, 232448, 80L << 30);
    private static final GpuFacts OTHER = new GpuFacts(0, "other", 89, 142, 101376, 48L << 30);

    @Test
    void many_rows_are_gated_as_they_are_made_on_hopper_alone() {
        assertTrue(GatedProduct.serves(512, 8192, H100));
        assertFalse(GatedProduct.serves(512, 8192, OTHER));
        assertFalse(GatedProduct.serves(512, 8190, H100));
    }

    @Test
    void rows_that_nobody_wants_are_not_worth_it() {
        assertFalse(GatedProduct.serves(129, 8192, H100));
        assertTrue(GatedProduct.serves(240, 8192, H100));
        assertFalse(GatedProduct.serves(300, 8192, H100));
        assertTrue(GatedProduct.serves(2000, 8192, H100));
    }

    @Test
    void a_result_of_few_columns_leaves_most_processors_idle() {
        assertFalse(GatedProduct.serves(256, 512, H100));
    }

    @Test
    void the_width_is_that_of_the_fewest_turns() {
        assertEquals(256, GatedProduct.of(512, 8192, 2048, H100).width());
        assertEquals(224, GatedProduct.of(512, 14336, 4096, H100).width());
        assertEquals(256, GatedProduct.of(2048, 14336, 4096, H100).width());
    }

    @Test
    void blocks_come_in_pairs_and_no_more_than_the_device_runs() {
        assertEquals(132, GatedProduct.of(2048, 8192, 2048, H100).launch().x());
        assertEquals(128, GatedProduct.of(256, 8192, 2048, H100).launch().x());
        assertTrue(
                GatedProduct.of(512, 8192, 2048, H100).launch().sharedBytes() < H100.sharedBytes());
    }

    @Test
    void a_tile_of_the_weight_is_half_the_width_gate_or_up() {
        var product = GatedProduct.of(512, 14336, 4096, H100);
        assertEquals(List.of(4096, 28672), product.weight(0).extents());
        assertEquals(List.of(64, 112), product.weight(0).tile());
        assertEquals(List.of(4096, 512), product.input(0, 512).extents());
        assertEquals(List.of(64, 128), product.input(0, 512).tile());
    }
}
