package dev.mens.backend.cuda.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.backend.cuda.gpu.GpuFacts;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SlicedProductTest {
    private static final GpuFacts H100 = new GpuFacts(0, "large", 90, 132, 232448, 80L << 30);
    private static final GpuFacts OTHER = new GpuFacts(0, "other", 89, 142, 101376, 48L << 30);

    @Test
    void narrow_weights_with_enough_columns_to_share_are_multiplied_so_on_hopper() {
        assertTrue(SlicedProduct.serves(2048, 2048, H100));
        assertFalse(SlicedProduct.serves(2048, 2048, OTHER));
        assertFalse(SlicedProduct.serves(2044, 2048, H100));
        assertFalse(SlicedProduct.serves(2048, 512, H100));
        assertFalse(SlicedProduct.serves(512, 2048, H100));
        assertFalse(SlicedProduct.serves(8192, 2048, H100));
    }

    @Test
    void all_clusters_run_at_a_time() {
        assertTrue(
                IntStream.of(2048, 3072, 4096, 6144)
                        .mapToObj(n -> SlicedProduct.of(n, 4096, H100).launch())
                        .allMatch(
                                launch ->
                                        launch.x() <= 120
                                                && launch.x() >= 112
                                                && launch.sharedBytes() < H100.sharedBytes()));
    }

    @Test
    void a_cluster_has_as_few_rows_of_the_weight_as_that_allows() {
        assertEquals(72, SlicedProduct.of(2048, 8192, H100).width());
        assertEquals(104, SlicedProduct.of(3072, 2048, H100).width());
        assertEquals(List.of(64, 72), SlicedProduct.of(2048, 8192, H100).weight(0).tile());
    }
}
