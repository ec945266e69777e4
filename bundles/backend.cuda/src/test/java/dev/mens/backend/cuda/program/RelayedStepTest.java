package dev.mens.backend.cuda.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.backend.cuda.gpu.RecordedGpu;
import dev.mens.backend.cuda.gpu.RecordedGpu.Launched;
import dev.mens.backend.cuda.gpu.RecordedGpus;
import dev.mens.compute.DrawingProgram;
import dev.mens.compute.DrawingProgram.Draw;
import dev.mens.compute.Network;
import dev.mens.compute.Program.Segment;
import dev.mens.compute.Program.Wanted;
import java.util.Collections;
import java.util.HashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// How rows are handed on word by word. Offsets are those of arguments of `linear_*_1`, and of
/// attention's output.
final class RelayedStepTest {
    private static final int LAYERS = 3;
    private static final int X = 24;
    private static final int Y = 72;
    private static final int POLLED = 144;
    private static final int OLD = 152;
    private static final int CLEARED = 160;
    private static final int CLEARS = 168;
    private static final int ATTENDED = 104;

    private final RecordedGpus machine = new RecordedGpus(4L << 30);

    @Test
    void products_behind_the_first_wait_for_words_and_not_for_kernels() throws Exception {
        var launched = step(TestNetworks.quantized(LAYERS), 1).launched;
        assertEquals(4L * LAYERS, launched.stream().filter(RelayedStepTest::polled).count());
        assertEquals(0, launched.stream().filter(l -> l.kernel().startsWith("norm")).count());
    }

    @Test
    void what_is_polled_was_cleared_before_the_last_attention_and_written_since() throws Exception {
        var launched = step(TestNetworks.quantized(LAYERS), 1).launched;
        var rows =
                launched.stream()
                        .filter(RelayedStepTest::polled)
                        .map(l -> l.arguments().getLong(X))
                        .distinct()
                        .toList();
        assertEquals(5, rows.size());
        var cleared = new HashMap<Long, Integer>();
        var written = new HashMap<Long, Integer>();
        int attention = -1;
        for (int i = 0; i < launched.size(); i++) {
            var arguments = launched.get(i).arguments();
            if (launched.get(i).kernel().startsWith("attend")) {
                attention = i;
                written.put(arguments.getLong(ATTENDED), i);
            } else if (launched.get(i).kernel().endsWith("_1")) {
                long x = arguments.getLong(X);
                if (polled(launched.get(i))) {
                    assertTrue(cleared.get(x) < attention && attention <= written.get(x), "" + i);
                }
                long from = arguments.getLong(CLEARED);
                long end = from + 16L * arguments.getInt(CLEARS);
                for (long row : rows) {
                    if (row >= from && row < end) {
                        assertNotEquals(x, row);
                        cleared.put(row, i);
                    }
                }
                written.put(arguments.getLong(Y), i);
            }
        }
    }

    @Test
    void what_is_added_to_is_what_the_product_before_the_last_read() throws Exception {
        var products =
                step(TestNetworks.quantized(LAYERS), 1).launched.stream()
                        .filter(l -> l.kernel().endsWith("_1"))
                        .toList();
        for (int i = 0; i < 4 * LAYERS; i++) {
            long old = products.get(i).arguments().getLong(OLD);
            assertEquals(i % 2 == 0 ? 0 : products.get(i - 1).arguments().getLong(X), old);
        }
    }

    @Test
    void several_rows_and_other_weights_wait_for_kernels() throws Exception {
        assertTrue(
                step(TestNetworks.quantized(1), 2).launched.stream()
                        .noneMatch(RelayedStepTest::polled));
        assertTrue(
                step(TestNetworks.mixed(), 1).launched.stream().noneMatch(RelayedStepTest::polled));
    }

    private static boolean polled(Launched launched) {
        return launched.kernel().endsWith("_1") && launched.arguments().getInt(POLLED) != 0;
    }

    private RecordedGpu step(Network network, int sequences) throws Exception {
        try (var program =
                (DrawingProgram)
                        new CudaKernels(machine, machine.devices(), Precision.FAST)
                                .prepare(network)) {
            var caches = IntStream.range(0, sequences).mapToObj(_ -> program.cache(10)).toList();
            program.run(
                    caches.stream()
                            .map(
                                    cache ->
                                            new Segment(
                                                    cache,
                                                    new int[1],
                                                    Wanted.LAST_LOGITS,
                                                    new float[0]))
                            .toList(),
                    Collections.nCopies(sequences, Draw.LIKELIEST),
                    new int[sequences]);
            caches.forEach(cache -> cache.close());
            return machine.last();
        }
    }
}
