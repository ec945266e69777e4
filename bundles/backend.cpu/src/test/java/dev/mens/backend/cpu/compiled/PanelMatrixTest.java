package dev.mens.backend.cpu.compiled;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.backend.cpu.RandomBlocks;
import dev.mens.compute.Elements;
import dev.mens.compute.Shape;
import dev.mens.compute.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// The C kernels against sums in double over the same 8-bit activations. Where the bundle was built
/// without a C compiler there is nothing to test.
final class PanelMatrixTest {

    @Property(tries = 120, seed = "23")
    void sums_of_panels_equal_the_twins(
            @ForAll long seed,
            @ForAll PanelFormat format,
            @ForAll @IntRange(min = 1, max = 70) int outputs,
            @ForAll @IntRange(min = 1, max = 4) int blocks,
            @ForAll @IntRange(min = 1, max = 19) int rows,
            @ForAll @IntRange(min = -30, max = 14) int exponent)
            throws Exception {
        var library = CpuLibrary.open();
        if (library.isEmpty()) {
            return;
        }
        int inputs = blocks * format.dtype.blockElements();
        var random = new Random(seed);
        try (var kernels = library.get();
                var arena = Arena.ofConfined()) {
            var weight = arena.allocate(format.dtype.bytes((long) outputs * inputs));
            RandomBlocks.fill(format.dtype, weight, Math.scalb(1f, exponent), random);
            var tensor = new Tensor("w", format.dtype, new Shape(outputs, inputs), weight);
            long step = (inputs + inputs / 32 * 20L + 63) & -64;
            var x = arena.allocate(rows * step, 64);
            var floats = arena.allocate(4L * inputs);
            for (int r = 0; r < rows; r++) {
                for (int i = 0; i < inputs; i++) {
                    floats.setAtIndex(JAVA_FLOAT_UNALIGNED, i, (float) random.nextGaussian());
                }
                kernels.quantize(floats.address(), x.address() + r * step, inputs, 0, inputs);
            }
            int panels = (outputs + 15) / 16;
            var packed = arena.allocate(panels * kernels.panelBytes(format, inputs), 64);
            kernels.repack(format, weight.address(), outputs, inputs, packed.address(), 0, panels);
            var y = arena.allocate(4L * rows * outputs);
            kernels.multiply(
                    format,
                    packed.address(),
                    inputs,
                    x.address(),
                    step,
                    rows,
                    y.address(),
                    outputs,
                    0,
                    outputs);
            for (int r = 0; r < rows; r++) {
                for (int o = 0; o < outputs; o++) {
                    float sum = y.getAtIndex(JAVA_FLOAT_UNALIGNED, (long) r * outputs + o);
                    assertClose(tensor, o, x.asSlice(r * step, step), sum);
                }
            }
        }
    }

    private static void assertClose(Tensor tensor, int output, MemorySegment row, float actual) {
        int inputs = (int) tensor.columns();
        var weight = new float[inputs];
        Elements.read(tensor, (long) output * inputs, inputs, weight, 0);
        double sum = 0;
        double size = 0;
        for (int i = 0; i < inputs; i++) {
            float scale = row.get(JAVA_FLOAT_UNALIGNED, inputs + 4L * (i / 32));
            double product = (double) weight[i] * row.get(JAVA_BYTE, i) * scale;
            sum += product;
            size += Math.abs(product);
        }
        assertEquals(sum, actual, 1e-5 * size + 1e-30);
    }

    @Test
    void a_row_in_bytes_is_within_half_a_step_of_its_floats() throws Exception {
        var library = CpuLibrary.open();
        if (library.isEmpty()) {
            return;
        }
        try (var kernels = library.get();
                var arena = Arena.ofConfined()) {
            var random = new Random(1);
            var floats = arena.allocate(4 * 64);
            for (int i = 0; i < 64; i++) {
                floats.setAtIndex(
                        JAVA_FLOAT_UNALIGNED, i, (float) random.nextGaussian() * (i < 32 ? 1 : 0));
            }
            var bytes = arena.allocate(128, 64);
            kernels.quantize(floats.address(), bytes.address(), 64, 32, 64);
            kernels.quantize(floats.address(), bytes.address(), 64, 0, 32);
            for (int i = 0; i < 64; i++) {
                float scale = bytes.get(JAVA_FLOAT_UNALIGNED, 64 + 4L * (i / 32));
                float value = bytes.get(JAVA_BYTE, i) * scale;
                assertEquals(floats.getAtIndex(JAVA_FLOAT_UNALIGNED, i), value, scale * 0.5001f);
            }
        }
    }

    @Test
    void a_row_with_one_nan_is_not_a_number_in_that_block() throws Exception {
        var library = CpuLibrary.open();
        if (library.isEmpty()) {
            return;
        }
        try (var kernels = library.get();
                var arena = Arena.ofConfined()) {
            var floats = arena.allocate(4 * 64);
            floats.setAtIndex(JAVA_FLOAT_UNALIGNED, 7, Float.NaN);
            var bytes = arena.allocate(128, 64);
            kernels.quantize(floats.address(), bytes.address(), 64, 0, 64);
            assertTrue(Float.isNaN(bytes.get(JAVA_FLOAT_UNALIGNED, 64)));
            assertEquals(0, bytes.get(JAVA_FLOAT_UNALIGNED, 68));
        }
    }
}
