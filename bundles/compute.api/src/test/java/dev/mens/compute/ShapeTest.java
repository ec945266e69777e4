package dev.mens.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mens.diagnostics.ProblemException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

final class ShapeTest {
    @Property
    void elements_are_the_product_of_the_sizes(
            @ForAll @LongRange(max = 1 << 20) long rows,
            @ForAll @LongRange(max = 1 << 20) long columns) {
        assertEquals(rows * columns, new Shape(rows, columns).elements());
    }

    @Test
    void a_product_beyond_64_bits_is_refused() {
        var problem =
                assertThrows(
                        ProblemException.class, () -> new Shape(Long.MAX_VALUE, Long.MAX_VALUE));
        assertEquals(ComputeProblem.BAD_SHAPE, problem.problem());
    }
}
