package dev.mens.backend.cuda.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.backend.cuda.gpu.Gpu;
import dev.mens.backend.cuda.gpu.RecordedGpus;
import dev.mens.backend.cuda.program.ProductOutput.Mode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Which kernels multiply, and what they do besides.
final class ProductsTest {
    private static final DeviceNorm RMS = new DeviceNorm(DeviceNorm.Kind.RMS, 1, 0, 0, 1e-5f);
    private static final int X = 4096;

    private static final DeviceLinear DOWN = linear(2048, 8192);
    private static final DeviceLinear UP = linear(16384, 2048);
    private static final DeviceLinear HEAD = linear(128256, 2048);

    private final Gpu gpu = new RecordedGpus(1L << 30).open(0);
    private final Products products =
            new Products(
                    gpu,
                    new Operations(gpu, Precision.FAST),
                    Precision.FAST,
                    new Scratch(0, 0, 0, 8192));

    private static DeviceLinear linear(int n, int k) {
        return new DeviceLinear(List.of(new DeviceMatrix(WeightType.BF16, 0, 0, n, k)), 0);
    }

    @AfterEach
    void close() {
        gpu.close();
    }

    @Test
    void tiles_make_products_of_up_to_64_rows_by_what_becomes_of_them() {
        assertTrue(products.fuses(DOWN, Mode.ADD, 64));
        assertTrue(products.fuses(DOWN, Mode.SINGLE, 17));
        assertTrue(products.fuses(UP, Mode.GATED, 64));
        assertTrue(products.fuses(HEAD, Mode.LOGITS, 64));
        assertFalse(products.fuses(DOWN, Mode.ADD, 65));
        assertFalse(products.fuses(DOWN, Mode.GATED, 64));
        assertFalse(products.fuses(HEAD, Mode.ADD, 64));
    }

    @Test
    void tiles_hand_a_norm_over_in_parts_of_their_clusters() {
        var handed = products.handover(DOWN, RMS, UP, Mode.GATED, 64, X);
        assertEquals(29, handed.parts());
        assertEquals(X, handed.x());
    }

    @Test
    void a_product_that_does_not_take_a_norm_has_none_handed_over() {
        assertTrue(products.handover(DOWN, RMS, UP, Mode.GATED, 65, X).absent());
        assertTrue(products.handover(DOWN, RMS, linear(16392, 2048), Mode.GATED, 64, X).absent());
        assertTrue(products.handover(DOWN, DeviceNorm.NONE, UP, Mode.GATED, 64, X).absent());
    }
}
