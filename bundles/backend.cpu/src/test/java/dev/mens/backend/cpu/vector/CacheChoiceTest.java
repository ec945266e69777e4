package dev.mens.backend.cpu.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mens.backend.cpu.RandomNetwork;
import dev.mens.compute.DType;
import org.junit.jupiter.api.Test;

final class CacheChoiceTest {
    @Test
    void only_quantized_networks_get_halves_unasked() {
        for (var dtype : new DType[] {DType.F32, DType.BF16, DType.Q8_0, DType.Q4_K}) {
            var network = RandomNetwork.llama(3, dtype, 256, 4, 2, 256, 1);
            var expected = dtype.quantized() ? CacheType.F16 : CacheType.F32;
            assertEquals(expected, CacheChoice.AUTO.of(network), dtype.toString());
            assertEquals(CacheType.F16, CacheChoice.F16.of(network));
            assertEquals(CacheType.F32, CacheChoice.F32.of(network));
        }
    }
}
