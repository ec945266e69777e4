package dev.mens.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.mens.backend.cpu.vector.CacheChoice;
import dev.mens.backend.cpu.vector.FastKernels;
import dev.mens.compute.DType;
import dev.mens.compute.Network;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Keys and values in F16, beside those in F32.
final class HalfCacheTest {
    private static final double TOLERANCE = 2e-3;

    @Test
    void halves_change_logits_by_less_than_a_five_hundredth() throws Exception {
        for (var set : KernelSets.names()) {
            for (int seed = 0; seed < 8; seed++) {
                var network = RandomNetwork.decoder(seed, DType.F32, 1);
                var tokens = RandomNetwork.tokens(network, 40, seed);
                var plain = logits(set, CacheChoice.F32, network, tokens);
                var halved = logits(set, CacheChoice.F16, network, tokens);
                KernelsContract.assertClose(plain, halved, TOLERANCE);
                assertFalse(Arrays.equals(plain, halved), set + " kept no halves");
            }
        }
    }

    @Test
    void a_setting_that_nobody_knows_is_as_good_as_none() {
        assertEquals(CacheChoice.F16, KernelSets.cache(" F16"));
        assertEquals(CacheChoice.F32, KernelSets.cache("f32"));
        assertEquals(CacheChoice.AUTO, KernelSets.cache("f8"));
    }

    private static float[] logits(String set, CacheChoice cache, Network network, int[] tokens)
            throws Exception {
        var matrices = KernelSets.matrices(Optional.of(set));
        try (var kernels = new FastKernels(matrices, 2, cache, Optional.empty())) {
            return KernelsContract.whole(kernels, network, tokens);
        }
    }
}
