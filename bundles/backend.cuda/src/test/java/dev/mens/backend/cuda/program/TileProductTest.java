package dev.mens.backend.cuda.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.backend.cuda.gpu.GpuFacts;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TileProductTest {
    private static final GpuFacts H100 = new GpuFacts(0, "large", 90, 132, 232448, 80L << 30);
    private static final GpuFacts OTHER = new GpuFacts(0, "other", 89, 142, 101376, 48L << 30);

    @Test
    void only_wide_weights_on_hopper_are_multiplied_by_tiles() {
        assertTrue(TileProduct.serves(16384, H100));
        assertFalse(TileProduct.serves(16384, OTHER));
        assertFalse(TileProduct.serves(16384 + 8, H100));
        assertFalse(TileProduct.serves(6144, H100));
    }

    @Test
    void there_are_no_more_blocks_than_the_device_runs() {
        assertEquals(128, TileProduct.of(16384, 2048, false, H100).launch().x());
        assertEquals(264, TileProduct.of(128256, 2048, false, H100).launch().x());
    }

    @Test
    void gates_come_with_the_rows_that_they_gate() {
        var plain = TileProduct.of(16384, 2048, false, H100).weight(0);
        var gated = TileProduct.of(16384, 2048, true, H100).weight(0);
        assertEquals(List.of(2048, 8, 2, 1024), gated.extents());
        assertEquals(List.of(4096L, 8 * 4096L, 16 * 4096L), plain.steps());
        assertEquals(List.of(4096L, 8192 * 4096L, 8 * 4096L), gated.steps());
    }
}
