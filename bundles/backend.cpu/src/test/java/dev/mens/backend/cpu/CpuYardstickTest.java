package dev.mens.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.backend.cpu.vector.CacheChoice;
import dev.mens.compute.Kernels;
import dev.mens.diagnostics.ProblemException;
import dev.mens.inference.Transformer;
import dev.mens.inference.Verdict;
import dev.mens.inference.bench.BenchPlan;
import dev.mens.model.Model;
import dev.mens.model.Quantization;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class CpuYardstickTest {
    private final CpuYardstick yardstick = new CpuYardstick(new NoTransformer(), CacheChoice.AUTO);

    @Test
    void limits_are_those_of_a_machine() throws Exception {
        var limits = yardstick.limits(Quantization.BF16, plan("vector")).orElseThrow();
        // Between a busy machine's tenth and more than any has.
        assertTrue(limits.bytesPerSecond() > 1e8, limits.toString());
        assertTrue(limits.bytesPerSecond() < 1e13, limits.toString());
        assertTrue(limits.flopsPerSecond() > 1e8, limits.toString());
        assertTrue(limits.flopsPerSecond() < 1e15, limits.toString());
    }

    @Test
    void unknown_kernels_are_refused_with_the_known_names() {
        var refused =
                assertThrows(
                        ProblemException.class,
                        () -> yardstick.limits(Quantization.F32, plan("magic")));
        assertEquals("vox/bench/no-such-kernels", refused.problem().id());
        assertTrue(refused.getMessage().contains("vector"), refused.getMessage());
    }

    private static BenchPlan plan(String kernels) {
        return new BenchPlan(1, 0, 0, 1, OptionalInt.of(1), Optional.of(kernels));
    }

    /// Limits need no model.
    private static final class NoTransformer implements Transformer {
        @Override
        public Verdict knows(Model model) {
            throw new AssertionError(model);
        }

        @Override
        public Engine open(Model model, Kernels kernels, String backend) {
            throw new AssertionError(model);
        }
    }
}
