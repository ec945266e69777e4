package dev.mens.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.mens.backend.cpu.vector.CacheChoice;
import dev.mens.backend.cpu.vector.FastKernels;
import dev.mens.compute.DType;
import dev.mens.compute.Program;
import dev.mens.compute.Program.Segment;
import dev.mens.compute.Program.Wanted;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Once the JIT has compiled the steps, a token costs no object, whichever thread computes it.
final class AllocationTest {
    private static final int MOST_ROUNDS = 1000;
    private static final int STEPS = 100;

    /// Bytes; with fewer a step, most steps make none.
    private static final int SMALLEST_OBJECT = 16;

    @ParameterizedTest
    @CsvSource({"Q8_0, 1", "Q4_0, 8"})
    void a_token_allocates_no_object(DType dtype, int streams) throws Exception {
        var matrices = KernelSets.matrices(Optional.empty());
        var network = RandomNetwork.llama(11, dtype, 64, 4, 2, 96, 2);
        try (var kernels = new FastKernels(matrices, 2, CacheChoice.AUTO, Optional.empty());
                var program = kernels.prepare(network)) {
            var batch = new ArrayList<Segment>();
            for (int s = 0; s < streams; s++) {
                batch.add(
                        new Segment(
                                program.cache(STEPS),
                                new int[] {s},
                                Wanted.LAST_LOGITS,
                                new float[network.vocabulary()]));
            }
            long allocated = Long.MAX_VALUE;
            for (int round = 0; round < MOST_ROUNDS && allocated >= SMALLEST_OBJECT; round++) {
                allocated = allocatedByAStep(program, batch);
            }
            batch.forEach(segment -> segment.cache().close());
            assertTrue(allocated < SMALLEST_OBJECT, allocated + " bytes a step");
        }
    }

    private static long allocatedByAStep(Program program, List<Segment> batch)
            throws InterruptedException {
        batch.forEach(segment -> segment.cache().truncate(0));
        long before = allocatedBytes();
        for (int step = 0; step < STEPS; step++) {
            program.run(batch);
        }
        return (allocatedBytes() - before) / STEPS;
    }

    /// By all threads of this JVM.
    private static long allocatedBytes() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getTotalThreadAllocatedBytes();
    }
}
