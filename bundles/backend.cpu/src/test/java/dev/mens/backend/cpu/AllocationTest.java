package dev.mens.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.mens.backend.cpu.vector.FastKernels;
import dev.mens.backend.cpu.vector.Matrices;
import dev.mens.compute.DType;
import dev.mens.compute.Program.Segment;
import dev.mens.compute.Program.Wanted;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Once the JIT has compiled the steps, a token costs no object.
final class AllocationTest {
    private static final int MOST_ROUNDS = 600;
    private static final int TOKENS = 100;

    /// Bytes; with fewer a token, most tokens make none.
    private static final int SMALLEST_OBJECT = 16;

    @Test
    void a_token_allocates_no_object() throws Exception {
        var network = RandomNetwork.llama(11, DType.Q8_0, 64, 4, 2, 96, 2);
        try (var kernels = new FastKernels(best(), 1);
                var program = kernels.prepare(network);
                var cache = program.cache(TOKENS)) {
            var segment =
                    new Segment(
                            cache,
                            new int[] {1},
                            Wanted.LAST_LOGITS,
                            new float[network.vocabulary()]);
            var batch = List.of(segment);
            long allocated = Long.MAX_VALUE;
            for (int round = 0; round < MOST_ROUNDS && allocated >= SMALLEST_OBJECT; round++) {
                cache.truncate(0);
                long before = allocatedBytes();
                for (int token = 0; token < TOKENS; token++) {
                    program.run(batch);
                }
                allocated = (allocatedBytes() - before) / TOKENS;
            }
            assertTrue(allocated < SMALLEST_OBJECT, allocated + " bytes a token");
        }
    }

    private static Matrices best() {
        return KernelSets.matrices(Optional.empty());
    }

    /// By this thread, which is the only worker.
    private static long allocatedBytes() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getCurrentThreadAllocatedBytes();
    }
}
