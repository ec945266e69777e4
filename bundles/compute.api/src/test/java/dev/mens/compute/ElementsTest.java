package dev.mens.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Blocks are compared with the reference's dequantization in the bundle `formats`.
final class ElementsTest {

    @ParameterizedTest
    @EnumSource(DType.class)
    void any_run_of_elements_is_a_part_of_the_whole(DType dtype) {
        int elements = 1024;
        var bytes = new byte[(int) dtype.bytes(elements)];
        new Random(7).nextBytes(bytes);
        var data = MemorySegment.ofArray(bytes);
        var whole = new float[elements];
        Elements.read(dtype, data, 0, elements, whole, 0);
        for (int[] run :
                new int[][] {{0, 1}, {5, 300}, {255, 2}, {256, 256}, {31, 33}, {1023, 1}}) {
            var part = new float[run[1] + 3];
            Elements.read(dtype, data, run[0], run[1], part, 3);
            var expected = Arrays.copyOfRange(whole, run[0], run[0] + run[1]);
            assertArrayEquals(expected, Arrays.copyOfRange(part, 3, part.length));
        }
    }

    @Test
    void eight_bit_floats_have_their_published_extremes() {
        assertEquals(448f, one(DType.F8_E4M3, 0x7E));
        assertEquals(Float.NaN, one(DType.F8_E4M3, 0x7F));
        assertEquals(-0x1p-9f, one(DType.F8_E4M3, 0x81));
        assertEquals(0x1p-6f, one(DType.F8_E4M3, 0x08));
        assertEquals(57344f, one(DType.F8_E5M2, 0x7B));
        assertEquals(0x1p-16f, one(DType.F8_E5M2, 0x01));
    }

    @Test
    void unsigned_numbers_stay_positive() {
        assertEquals(255f, one(DType.U8, 0xFF));
        assertEquals(65535f, one(DType.U16, 0xFF, 0xFF));
        assertEquals(0x1p32f, one(DType.U32, 0xFF, 0xFF, 0xFF, 0xFF));
        assertEquals(0x1p64f, one(DType.U64, 255, 255, 255, 255, 255, 255, 255, 255));
    }

    @Test
    void a_q8_0_block_is_bytes_times_scale() {
        var block = new byte[34];
        block[1] = 0x38; // 0.5 as f16
        block[2] = -128;
        block[33] = 3;
        var values = new float[32];
        Elements.read(DType.Q8_0, MemorySegment.ofArray(block), 0, 32, values, 0);
        assertEquals(-64f, values[0]);
        assertEquals(1.5f, values[31]);
    }

    @Test
    void a_run_beyond_the_data_is_refused() {
        var data = MemorySegment.ofArray(new byte[34]);
        assertThrows(
                IndexOutOfBoundsException.class,
                () -> Elements.read(DType.Q8_0, data, 32, 32, new float[32], 0));
    }

    private static float one(DType dtype, int... bytes) {
        var data = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            data[i] = (byte) bytes[i];
        }
        var value = new float[1];
        Elements.read(dtype, MemorySegment.ofArray(data), 0, 1, value, 0);
        return value[0];
    }
}
