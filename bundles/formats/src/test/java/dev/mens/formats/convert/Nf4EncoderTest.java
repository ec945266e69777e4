package dev.mens.formats.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mens.compute.DType;
import dev.mens.compute.Elements;
import dev.mens.compute.Tensor;
import dev.mens.formats.Goldens;
import dev.mens.formats.safetensors.MappedWeightFiles;
import dev.mens.model.Weights;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against an independent quantizer: the same levels, and the same values back.
final class Nf4EncoderTest {
    private static final int PAIRS = DType.NF4.blockElements() / 2;

    @ParameterizedTest
    @ValueSource(strings = {"normal_64x256", "outliers_48x128", "zeros_4x64"})
    void blocks_hold_the_reference_s_levels_and_read_as_its_values(String name) throws Exception {
        try (var golden = golden()) {
            var blocks = encoded(floats(golden.tensor(name + ".weight")));
            var largest = floats(golden.tensor(name + ".absmax"));
            var packed = golden.tensor(name + ".packed").data();
            for (int block = 0; block < largest.length; block++) {
                var bytes = blocks.asSlice((long) block * DType.NF4.blockBytes());
                assertEquals(largest[block], bytes.get(FloatEncoder.FLOAT, 0), name + " " + block);
                var expected = packed.asSlice((long) block * PAIRS, PAIRS);
                var nibbles = bytes.asSlice(Float.BYTES, PAIRS);
                assertEquals(-1, expected.mismatch(nibbles), name + " " + block);
            }
            var expected = floats(golden.tensor(name + ".dequant_single"));
            var read = new float[expected.length];
            Elements.read(DType.NF4, blocks, 0, read.length, read, 0);
            assertArrayEquals(expected, read);
        }
    }

    private static Weights golden() throws IOException {
        return new MappedWeightFiles().open(Goldens.path("nf4/nf4.safetensors"));
    }

    private static MemorySegment encoded(float[] values) {
        var blocks = MemorySegment.ofArray(new byte[(int) DType.NF4.bytes(values.length)]);
        FloatEncoder.to(DType.NF4).encode(values, blocks);
        return blocks;
    }

    private static float[] floats(Tensor tensor) {
        var values = new float[Math.toIntExact(tensor.shape().elements())];
        Elements.read(tensor, 0, values.length, values, 0);
        return values;
    }
}
