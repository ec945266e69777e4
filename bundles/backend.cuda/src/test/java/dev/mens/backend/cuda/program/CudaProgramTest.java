package dev.mens.backend.cuda.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.backend.cuda.gpu.RecordedGpu;
import dev.mens.backend.cuda.gpu.RecordedGpus;
import dev.mens.compute.DType;
import dev.mens.compute.DeviceLostException;
import dev.mens.compute.DrawingProgram;
import dev.mens.compute.DrawingProgram.Draw;
import dev.mens.compute.Network;
import dev.mens.compute.Program.Cache;
import dev.mens.compute.Program.Segment;
import dev.mens.compute.Program.Wanted;
import dev.mens.diagnostics.ProblemException;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What a program asks of its devices, which here only write it down.
final class CudaProgramTest {
    private static final long GIGABYTE = 1L << 30;
    private static final int ILLEGAL_ADDRESS = 700;

    private final RecordedGpus machine = new RecordedGpus(4 * GIGABYTE);

    @Test
    void a_network_that_does_not_fit_is_refused_with_the_numbers_before_anything_is_loaded() {
        var small = new RecordedGpus(258L << 20);
        var refused =
                assertThrows(ProblemException.class, () -> prepare(small, TestNetworks.llama(2)));
        assertEquals("vox/cuda/too-large", refused.problem().id());
        assertTrue(refused.facts().contains("258.0 MiB free"), refused.facts());
        assertTrue(small.opened.stream().allMatch(gpu -> gpu.count("allocate") == 0));
        assertTrue(small.opened.stream().allMatch(gpu -> gpu.closed));
    }

    @Test
    void a_batch_size_is_captured_the_second_time_and_replayed_from_then_on() throws Exception {
        try (var program = prepare(machine, TestNetworks.llama(2));
                var cache = program.cache(100)) {
            prompt(program, cache, 10);
            step(program, cache);
            assertEquals(0, machine.last().count("graph"));
            step(program, cache);
            step(program, cache);
            assertEquals(1, machine.last().count("capture"));
            assertEquals(2, machine.last().count("graph"));
        }
    }

    @Test
    void streams_that_go_on_have_their_next_step_queued_before_it_is_asked_for() throws Exception {
        try (var program = prepare(machine, TestNetworks.llama(1));
                var cache = program.cache(100)) {
            steps(program, cache, 40);
            assertEquals(41, samples(machine.last()));
            assertEquals(40, cache.length());
            steps(program, cache, 10);
            assertEquals(51, samples(machine.last()));
        }
    }

    @Test
    void a_step_queued_for_another_token_is_computed_again() throws Exception {
        try (var program = prepare(machine, TestNetworks.llama(1));
                var cache = program.cache(100)) {
            steps(program, cache, 40);
            var other = new int[] {5};
            program.run(
                    List.of(new Segment(cache, other, Wanted.LAST_LOGITS, new float[0])),
                    List.of(Draw.LIKELIEST),
                    new int[1]);
            assertEquals(42, samples(machine.last()));
            assertEquals(41, cache.length());
        }
    }

    @Test
    void nothing_is_queued_beyond_a_caches_capacity() throws Exception {
        try (var program = prepare(machine, TestNetworks.llama(1));
                var cache = program.cache(40)) {
            steps(program, cache, 40);
            assertEquals(40, samples(machine.last()));
        }
    }

    @Test
    void a_context_lost_while_a_step_is_queued_ahead_is_replaced_and_the_stream_goes_on()
            throws Exception {
        try (var program = prepare(machine, TestNetworks.llama(1));
                var cache = program.cache(200)) {
            steps(program, cache, 40);
            var lost = machine.last();
            machine.fail("graph", ILLEGAL_ADDRESS, 1);
            step(program, cache);
            assertTrue(lost.closed);
            assertEquals(41, cache.length());
            assertEquals(40, replayed(machine.last(), 40).size());
            steps(program, cache, 40);
            assertEquals(81, cache.length());
        }
    }

    @Test
    void streams_whose_neighbours_change_have_nothing_queued_for_them() throws Exception {
        try (var program = prepare(machine, TestNetworks.llama(1));
                var cache = program.cache(200);
                var other = program.cache(200)) {
            for (int i = 0; i < 30; i++) {
                step(program, cache);
                step(program, other);
            }
            assertEquals(60, samples(machine.last()));
        }
    }

    @Test
    void a_prompt_of_a_size_that_keeps_coming_is_captured_too() throws Exception {
        try (var program = prepare(machine, TestNetworks.llama(2));
                var cache = program.cache(100)) {
            for (int round = 0; round < 20; round++) {
                cache.truncate(0);
                prompt(program, cache, 10);
            }
            assertEquals(1, machine.last().count("capture"));
            assertEquals(5, machine.last().count("graph"));
        }
    }

    @Test
    void products_of_few_rows_hand_norms_over_so_only_the_first_has_a_kernel() throws Exception {
        try (var program = prepare(machine, TestNetworks.llama(2))) {
            var caches = IntStream.range(0, 12).mapToObj(_ -> program.cache(10)).toList();
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
                    Collections.nCopies(12, Draw.LIKELIEST),
                    new int[12]);
            assertEquals(1, machine.last().count("launch norm"));
            caches.forEach(Cache::close);
        }
    }

    @Test
    void long_prompts_are_gated_by_the_product_and_others_by_a_kernel_of_their_own()
            throws Exception {
        try (var program = prepare(machine, TestNetworks.wide(DType.BF16));
                var cache = program.cache(600)) {
            prompt(program, cache, 256);
            assertEquals(1, machine.last().count("launch product_gated"));
            assertEquals(0, machine.last().count("launch gate"));
            prompt(program, cache, 300);
            assertEquals(1, machine.last().count("launch product_gated"));
            assertEquals(1, machine.last().count("launch gate"));
        }
    }

    @Test
    void weights_that_the_kernel_before_widens_are_not_read_before_it_ends() throws Exception {
        assertTrue(gatedEarly(DType.BF16));
        assertFalse(gatedEarly(DType.Q8_0));
    }

    private boolean gatedEarly(DType type) throws Exception {
        try (var program = prepare(machine, TestNetworks.wide(type));
                var cache = program.cache(256)) {
            prompt(program, cache, 256);
            return machine.last().launched.stream()
                    .filter(launched -> launched.kernel().startsWith("product_gated"))
                    .findFirst()
                    .orElseThrow()
                    .launch()
                    .early();
        }
    }

    @Test
    void a_device_without_memory_for_a_graph_goes_on_without() throws Exception {
        try (var program = prepare(machine, TestNetworks.llama(1));
                var cache = program.cache(100)) {
            step(program, cache);
            machine.fail("capture", 2, 1);
            step(program, cache);
            step(program, cache);
            assertEquals(3, cache.length());
            assertEquals(0, machine.last().count("graph"));
        }
    }

    @Test
    void a_lost_context_is_replaced_and_running_sequences_are_computed_anew() throws Exception {
        try (var program = prepare(machine, TestNetworks.llama(1));
                var first = program.cache(100);
                var second = program.cache(100)) {
            prompt(program, first, 10);
            prompt(program, second, 20);
            var lost = machine.last();
            machine.fail("launch", ILLEGAL_ADDRESS, 1);
            step(program, first);
            assertTrue(lost.closed);
            assertEquals(11, first.length());
            assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), replayed(machine.last(), 10));
            step(program, second);
            assertEquals(20, replayed(machine.last(), 20).size());
        }
        assertEquals(4 * GIGABYTE, machine.freeBytes());
    }

    @Test
    void a_driver_that_gives_no_new_context_loses_the_program_and_no_stream() throws Exception {
        var program = prepare(machine, TestNetworks.llama(1));
        var cache = program.cache(100);
        prompt(program, cache, 10);
        machine.fail("", ILLEGAL_ADDRESS, 2);
        assertThrows(DeviceLostException.class, () -> step(program, cache));
        assertThrows(DeviceLostException.class, () -> step(program, cache));
        cache.close();
        program.close();
        assertEquals(4 * GIGABYTE, machine.freeBytes());
    }

    @Test
    void a_fault_that_comes_again_and_again_ends_the_batch_and_spares_the_program()
            throws Exception {
        try (var program = prepare(machine, TestNetworks.llama(1));
                var cache = program.cache(100)) {
            prompt(program, cache, 10);
            machine.fail("launch embed", ILLEGAL_ADDRESS, 3);
            var fault = assertThrows(ProblemException.class, () -> step(program, cache));
            assertEquals("vox/cuda/fault", fault.problem().id());
            assertEquals(10, cache.length());
            machine.fail("launch embed", ILLEGAL_ADDRESS, 1);
            step(program, cache);
            assertEquals(11, cache.length());
        }
    }

    @Test
    void a_sequence_without_room_is_refused_and_the_others_go_on() throws Exception {
        try (var program = prepare(machine, TestNetworks.llama(1));
                var cache = program.cache(100)) {
            machine.fail("back", 2, 1);
            var full = assertThrows(ProblemException.class, () -> many(program));
            assertEquals("vox/cuda/out-of-memory", full.problem().id());
            prompt(program, cache, 10);
            assertEquals(10, cache.length());
        }
    }

    /// Takes caches until one needs more memory from the device.
    private static void many(DrawingProgram program) {
        for (int i = 0; i < 400; i++) {
            program.cache(8000);
        }
    }

    @Test
    void a_thousand_loads_and_unloads_leave_nothing_behind() throws Exception {
        for (int i = 0; i < 1000; i++) {
            try (var program = prepare(machine, TestNetworks.llama(1));
                    var cache = program.cache(64)) {
                step(program, cache);
            }
            machine.opened.clear();
            assertEquals(4 * GIGABYTE, machine.freeBytes());
        }
    }

    @Test
    void a_load_that_fails_half_way_leaves_nothing_behind() {
        machine.fail("upload", 2, 1);
        var failed =
                assertThrows(ProblemException.class, () -> prepare(machine, TestNetworks.llama(1)));
        assertEquals("vox/cuda/out-of-memory", failed.problem().id());
        assertEquals(4 * GIGABYTE, machine.freeBytes());
    }

    @Test
    void longrope_computes_a_sequence_anew_when_its_frequencies_change() throws Exception {
        try (var program = prepare(machine, TestNetworks.longrope(12));
                var cache = program.cache(100)) {
            prompt(program, cache, 12);
            machine.last().uploaded.clear();
            step(program, cache);
            assertEquals(13, replayed(machine.last(), 13).size());
            assertEquals(13, cache.length());
        }
    }

    @Test
    void layers_are_spread_over_devices_where_one_is_too_small() throws Exception {
        var two = new RecordedGpus(1 * GIGABYTE, 1 * GIGABYTE);
        var large = TestNetworks.llama(600);
        try (var program = prepare(two, large);
                var cache = program.cache(100)) {
            prompt(program, cache, 10);
            step(program, cache);
            var used = two.opened.stream().filter(gpu -> gpu.count("launch") > 0).toList();
            assertEquals(2, used.size());
            assertTrue(used.get(0).count("launch embed") > 0);
            assertEquals(0, used.get(1).count("launch embed"));
            assertEquals(0, used.get(0).count("launch sample"));
            assertTrue(used.get(1).count("launch sample") > 0);
        }
        assertEquals(2 * GIGABYTE, two.freeBytes());
    }

    @Test
    void a_closed_cache_gives_its_pages_to_the_next() throws Exception {
        try (var program = prepare(machine, TestNetworks.llama(1))) {
            for (int i = 0; i < 2000; i++) {
                try (var cache = program.cache(8000)) {
                    step(program, cache);
                }
            }
        }
    }

    /// Positions of the last rows sent that were exactly so many, in order.
    private static List<Integer> replayed(RecordedGpu gpu, int count) {
        return gpu.uploaded.stream()
                .filter(rows -> rows.length == count * BatchPlan.ROW_INTS)
                .reduce((earlier, later) -> later)
                .map(rows -> IntStream.range(0, count).mapToObj(i -> rows[i * 8 + 1]).toList())
                .orElse(List.of());
    }

    private static DrawingProgram prepare(RecordedGpus machine, Network network)
            throws IOException {
        return (DrawingProgram)
                new CudaKernels(machine, machine.devices(), Precision.FAST).prepare(network);
    }

    private static void prompt(DrawingProgram program, Cache cache, int tokens)
            throws InterruptedException {
        program.run(List.of(new Segment(cache, new int[tokens], Wanted.NOTHING, new float[0])));
    }

    /// Steps queued so far: one by its kernels, then graphs.
    private static long samples(RecordedGpu gpu) {
        return gpu.count("launch sample") + gpu.count("graph");
    }

    private static void steps(DrawingProgram program, Cache cache, int count)
            throws InterruptedException {
        for (int i = 0; i < count; i++) {
            step(program, cache);
        }
    }

    private static void step(DrawingProgram program, Cache cache) throws InterruptedException {
        program.run(
                List.of(new Segment(cache, new int[1], Wanted.LAST_LOGITS, new float[0])),
                List.of(Draw.LIKELIEST),
                new int[1]);
    }
}
