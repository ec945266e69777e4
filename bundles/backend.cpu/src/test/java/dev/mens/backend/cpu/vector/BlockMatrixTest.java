package dev.mens.backend.cpu.vector;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.backend.cpu.RandomBlocks;
import dev.mens.backend.cpu.memory.PanelMemory;
import dev.mens.compute.DType;
import dev.mens.compute.Elements;
import dev.mens.compute.Shape;
import dev.mens.compute.Tensor;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Panels of the Vector API against sums in double: few rows over the same 8-bit activations, many
/// over the floats that these are made of.
final class BlockMatrixTest {

    @Property(tries = 80, seed = "29")
    void sums_of_few_rows_equal_the_twins_over_rounded_activations(
            @ForAll long seed,
            @ForAll BlockFormat format,
            @ForAll @IntRange(min = 1, max = 70) int outputs,
            @ForAll @IntRange(min = 1, max = 9) int blocks,
            @ForAll @IntRange(min = 1, max = 3) int rows,
            @ForAll @IntRange(min = -30, max = 14) int exponent) {
        check(seed, format, outputs, blocks, rows, exponent);
    }

    @Property(tries = 30, seed = "31")
    void sums_of_many_rows_equal_the_twins_over_floats(
            @ForAll long seed,
            @ForAll BlockFormat format,
            @ForAll @IntRange(min = 1, max = 100) int outputs,
            @ForAll @IntRange(min = 1, max = 9) int blocks,
            @ForAll @IntRange(min = 4, max = 45) int rows,
            @ForAll @IntRange(min = -30, max = 14) int exponent) {
        check(seed, format, outputs, blocks, rows, exponent);
    }

    private static void check(
            long seed, BlockFormat format, int outputs, int blocks, int rows, int exponent) {
        int inputs = blocks * format.dtype.blockElements();
        var random = new Random(seed);
        try (var arena = Arena.ofShared();
                var memory = PanelMemory.forgetful();
                var matrices = new VectorMatrices()) {
            var weight = arena.allocate(format.dtype.bytes((long) outputs * inputs));
            RandomBlocks.fill(format.dtype, weight, Math.scalb(1f, exponent), random);
            var tensor = new Tensor("w", format.dtype, new Shape(outputs, inputs), weight);
            var matrix = matrices.of(tensor, arena, memory);
            var x = Activations.allocate(arena, matrices, rows, inputs, Set.of(Form.BYTES));
            for (int r = 0; r < rows; r++) {
                x.set(r, gaussians(random, inputs));
            }
            var y = arena.allocate(4L * rows * outputs, 64);
            long scratch = Memory.allocate(arena, 4L * matrix.scratchFloats());
            matrix.multiply(x, 0, rows, y.address(), outputs, 0, outputs, scratch);
            // Outputs that do not fill a panel of floats are multiplied as 8 bits, too.
            int wide =
                    rows < BlockMatrix.WIDE_ROWS
                            ? 0
                            : outputs / WideProduct.WIDTH * WideProduct.WIDTH;
            for (int r = 0; r < rows; r++) {
                var rounded = rounded(x, r, inputs);
                var floats = floats(x, r, inputs);
                for (int o = 0; o < outputs; o++) {
                    float sum = y.getAtIndex(JAVA_FLOAT, (long) r * outputs + o);
                    assertClose(tensor, o, o < wide ? floats : rounded, sum);
                }
            }
        }
    }

    /// A file of llama-quantize has several types: its Q4_0 has a head of Q6_K, and Q4_K_M both.
    /// One matrix that is decoded weight by weight takes longer than all others together.
    @ParameterizedTest
    @EnumSource(names = {"Q8_0", "Q4_0", "Q4_K", "Q6_K"})
    void types_of_common_files_are_multiplied_as_bytes(DType dtype) {
        try (var arena = Arena.ofShared();
                var memory = PanelMemory.forgetful();
                var matrices = new VectorMatrices()) {
            var weight = arena.allocate(dtype.bytes(256));
            var tensor = new Tensor("w", dtype, new Shape(1, 256), weight);
            assertEquals(Form.BYTES, matrices.of(tensor, arena, memory).reads());
        }
    }

    @Test
    void a_rounded_row_is_within_half_a_step_of_its_floats() {
        try (var arena = Arena.ofConfined();
                var matrices = new VectorMatrices()) {
            var values = gaussians(new Random(3), 96);
            Arrays.fill(values, 64, 96, 0);
            var x = Activations.allocate(arena, matrices, 1, 96, Set.of(Form.BYTES));
            x.set(0, values);
            var rounded = rounded(x, 0, 96);
            for (int i = 0; i < 96; i++) {
                float step = Memory.get(RoundedRow.scales(x.rowBytes(0), 96) + 4L * (i / 32));
                assertEquals(values[i], rounded[i], 0.5001f * step);
            }
        }
    }

    @Test
    void a_row_with_one_nan_is_not_a_number_in_that_block() {
        try (var arena = Arena.ofConfined();
                var matrices = new VectorMatrices()) {
            var values = new float[64];
            values[7] = Float.NaN;
            var x = Activations.allocate(arena, matrices, 1, 64, Set.of(Form.BYTES));
            x.set(0, values);
            long scales = RoundedRow.scales(x.rowBytes(0), 64);
            assertTrue(Float.isNaN(Memory.get(scales)));
            assertEquals(0, Memory.get(scales + 4));
        }
    }

    private static float[] gaussians(Random random, int count) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static float[] rounded(Activations x, int row, int inputs) {
        long at = x.rowBytes(row);
        var values = new float[inputs];
        for (int i = 0; i < inputs; i++) {
            float scale = Memory.get(RoundedRow.scales(at, inputs) + 4L * (i / 32));
            values[i] = Memory.getShort(at + 2L * i) * scale;
        }
        return values;
    }

    private static float[] floats(Activations x, int row, int inputs) {
        var values = new float[inputs];
        Memory.read(x.row(row), values, 0, inputs);
        return values;
    }

    private static void assertClose(Tensor tensor, int output, float[] x, float actual) {
        var weight = new float[x.length];
        Elements.read(tensor, (long) output * x.length, x.length, weight, 0);
        double sum = 0;
        double size = 0;
        for (int i = 0; i < x.length; i++) {
            double product = (double) weight[i] * x[i];
            sum += product;
            size += Math.abs(product);
        }
        assertEquals(sum, actual, 1e-5 * size + 1e-30);
    }
}
