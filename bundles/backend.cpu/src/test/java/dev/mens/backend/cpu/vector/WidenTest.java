package dev.mens.backend.cpu.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

final class WidenTest {
    private static final int ALL_HALVES = 1 << 16;

    @Test
    void every_half_widens_to_its_own_float() {
        try (var arena = Arena.ofConfined()) {
            long halves = Memory.allocate(arena, 2L * ALL_HALVES);
            long floats = Memory.allocate(arena, 4L * ALL_HALVES);
            for (int bits = 0; bits < ALL_HALVES; bits++) {
                Memory.setShort(halves + 2L * bits, (short) bits);
            }
            Widen.f16(halves, floats, ALL_HALVES);
            for (int bits = 0; bits < ALL_HALVES; bits++) {
                float expected = Float.float16ToFloat((short) bits);
                assertEquals(expected, Memory.get(floats + 4L * bits), "half " + bits);
            }
        }
    }
}
