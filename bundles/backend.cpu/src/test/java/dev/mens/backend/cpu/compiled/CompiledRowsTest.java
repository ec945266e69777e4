package dev.mens.backend.cpu.compiled;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mens.backend.cpu.vector.RowFunctions;
import dev.mens.backend.cpu.vector.VectorRows;
import dev.mens.compute.Network.Activation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Rows in C beside those on the Vector API. Where the bundle was built without a C compiler there
/// is nothing to test.
final class CompiledRowsTest {
    private static final int ROOM = 128;

    /// A call on row `y`, which it changes, and two others.
    @FunctionalInterface
    private interface Call {
        void on(RowFunctions rows, long x, long other, long y);
    }

    @Property(tries = 60, seed = "31")
    void norms_equal_the_twins(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 100) int width,
            @ForAll boolean centered,
            @ForAll boolean biased) {
        assertSame(
                seed,
                width,
                (rows, x, gain, y) ->
                        rows.normalize(x, y, width, gain, biased ? x : 0, centered, 1e-5f));
    }

    @Property(tries = 60, seed = "32")
    void sums_equal_the_twins(@ForAll long seed, @ForAll @IntRange(min = 1, max = 100) int count) {
        assertSame(seed, ROOM, (rows, x, other, y) -> rows.addScaled(x, 0.7f, y, count));
    }

    @Property(tries = 60, seed = "33")
    void activations_equal_the_twins(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 100) int count,
            @ForAll Activation activation,
            @ForAll boolean gated) {
        assertSame(
                seed,
                count,
                (rows, x, other, y) -> rows.activate(activation, y, gated ? x : 0, count));
    }

    @Property(tries = 60, seed = "34")
    void turns_equal_the_twins(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 20) int pairs,
            @ForAll @IntRange(min = 1, max = 2) int heads) {
        int size = 2 * pairs + 1;
        assertSame(seed, ROOM, (rows, x, other, y) -> rows.rotate(y, heads, size, x, other, pairs));
    }

    @Property(tries = 30, seed = "35")
    void spread_elements_equal_the_twins(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int count) {
        assertSame(seed, ROOM, (rows, x, other, y) -> rows.spread(x, y, 16, count));
    }

    @Property(tries = 30, seed = "36")
    void spread_halves_equal_the_twins(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int count) {
        assertSame(seed, ROOM, (rows, x, other, y) -> rows.spreadHalves(x, y, 2, count));
        assertSame(seed, ROOM, (rows, x, other, y) -> rows.spreadHalves(x, y, 16, count));
    }

    private void assertSame(long seed, int count, Call call) {
        var library = CpuLibrary.open();
        if (library.isEmpty()) {
            return;
        }
        try (var kernels = library.get();
                var arena = Arena.ofConfined()) {
            var x = floats(arena, seed);
            var other = floats(arena, seed + 1);
            var actual = floats(arena, seed + 2);
            var expected = floats(arena, seed + 2);
            call.on(kernels.rows(), x.address(), other.address(), actual.address());
            call.on(new VectorRows(), x.address(), other.address(), expected.address());
            for (int i = 0; i < count; i++) {
                float twin = expected.getAtIndex(JAVA_FLOAT, i);
                float tolerance = 1e-5f * (1 + Math.abs(twin));
                assertEquals(twin, actual.getAtIndex(JAVA_FLOAT, i), tolerance, "element " + i);
            }
        }
    }

    private static MemorySegment floats(Arena arena, long seed) {
        var random = new Random(seed);
        var floats = arena.allocate(4 * ROOM, 64);
        for (int i = 0; i < ROOM; i++) {
            floats.setAtIndex(JAVA_FLOAT, i, (float) random.nextGaussian());
        }
        return floats;
    }
}
