package dev.mens.backend.cpu.compiled;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.mens.backend.cpu.memory.PanelMemory;
import dev.mens.backend.cpu.vector.Activations;
import dev.mens.backend.cpu.vector.Memory;
import dev.mens.compute.DType;
import dev.mens.compute.Elements;
import dev.mens.compute.Shape;
import dev.mens.compute.Tensor;
import java.lang.foreign.Arena;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// BF16 products in C against sums in double. On other processors BF16 is the Vector API's and
// there is nothing to test.
final class Bf16MatrixTest {
    /// From this many rows on activations are rounded.
    private static final int LONG = 256;

    private static final int[] ROWS = {1, 2, 3, 7, 8, 13, 31, 32, 33, 50, 255, 256, 259};

    @Property(tries = 60, seed = "29")
    void sums_equal_the_twins(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 70) int outputs,
            @ForAll @IntRange(min = 1, max = 5) int blocks,
            @ForAll @IntRange(max = 12) int size)
            throws Exception {
        int rows = ROWS[size];
        int inputs = blocks * 32;
        var random = new Random(seed);
        try (var matrices = CompiledMatrices.open().orElse(null);
                var panels = PanelMemory.forgetful();
                var arena = Arena.ofConfined()) {
            if (matrices == null) {
                return;
            }
            var tensor = tensor(arena, outputs, inputs, () -> weight(random));
            if (!(matrices.of(tensor, arena, panels) instanceof Bf16Matrix matrix)) {
                assertFalse(matrices.name().contains("bf16"));
                return;
            }
            var x = Activations.allocate(arena, matrices, rows, inputs, Set.of(matrix.reads()));
            var values = new float[rows][inputs];
            for (int r = 0; r < rows; r++) {
                for (int i = 0; i < inputs; i++) {
                    values[r][i] = (float) random.nextGaussian();
                }
                x.set(r, values[r]);
            }
            var y = arena.allocate(4L * rows * outputs);
            long scratch = Memory.allocate(arena, 4L * matrix.scratchFloats());
            matrix.multiply(x, 0, rows, y.address(), outputs, 0, outputs, scratch);
            var w = new float[inputs];
            for (int o = 0; o < outputs; o++) {
                Elements.read(tensor, (long) o * inputs, inputs, w, 0);
                for (int r = 0; r < rows; r++) {
                    float sum = y.getAtIndex(JAVA_FLOAT_UNALIGNED, (long) r * outputs + o);
                    assertClose(w, values[r], rows >= LONG, sum);
                }
            }
        }
    }

    /// Few of them have an exponent that is rare among them, or are zeros.
    private static float weight(Random random) {
        float weight = (float) random.nextGaussian();
        return switch (random.nextInt(400)) {
            case 0 -> 0;
            case 1 -> weight * Math.scalb(1f, random.nextInt(-60, 20));
            default -> weight;
        };
    }

    private static Tensor tensor(Arena arena, int outputs, int inputs, Supplier<Float> weights) {
        var data = arena.allocate(2L * outputs * inputs);
        for (long i = 0; i < (long) outputs * inputs; i++) {
            int bits = Float.floatToRawIntBits(weights.get());
            data.setAtIndex(JAVA_SHORT_UNALIGNED, i, (short) (bits >> 16));
        }
        return new Tensor("w", DType.BF16, new Shape(outputs, inputs), data);
    }

    @Example
    void weights_of_all_exponents_are_not_packed() throws Exception {
        var random = new Random(5);
        try (var matrices = CompiledMatrices.open().orElse(null);
                var panels = PanelMemory.forgetful();
                var arena = Arena.ofConfined()) {
            if (matrices != null) {
                var tensor = tensor(arena, 40, 64, () -> Math.scalb(1f, random.nextInt(-100, 100)));
                assertFalse(matrices.of(tensor, arena, panels) instanceof Bf16Matrix);
            }
        }
    }

    private static void assertClose(float[] w, float[] x, boolean rounds, float actual) {
        double sum = 0;
        double size = 0;
        for (int i = 0; i < w.length; i++) {
            double product = (double) w[i] * (rounds ? round(x[i]) : x[i]);
            sum += product;
            size += Math.abs(product);
        }
        // Two parts of 8 bits each.
        assertEquals(sum, actual, Math.scalb(1.1, -16) * size + 1e-30);
    }

    /// To the nearest BF16, ties to even.
    private static float round(float value) {
        int bits = Float.floatToRawIntBits(value);
        return Float.intBitsToFloat((bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000);
    }
}
