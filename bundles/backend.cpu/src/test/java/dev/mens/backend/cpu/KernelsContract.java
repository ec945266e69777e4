package dev.mens.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.backend.cpu.scalar.ScalarKernels;
import dev.mens.compute.ComputeProblem;
import dev.mens.compute.DType;
import dev.mens.compute.Kernels;
import dev.mens.compute.Network;
import dev.mens.compute.Program;
import dev.mens.compute.Program.Segment;
import dev.mens.compute.Program.Wanted;
import dev.mens.compute.Shape;
import dev.mens.compute.Tensor;
import dev.mens.diagnostics.ProblemException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/// What every kernel set must do, compared with the scalar twin. The tolerances are L2, relative.
public interface KernelsContract {
    double PLAIN = 1e-5;

    /// The kernel set under test; the caller closes nothing.
    Kernels kernels();

    @Property(tries = 60, seed = "17")
    default void logits_of_any_decoder_equal_the_twins(
            @ForAll @LongRange(max = 1 << 20) long seed,
            @ForAll @IntRange(min = 1, max = 30) int count)
            throws Exception {
        var types = new DType[] {DType.F32, DType.F16, DType.BF16};
        var network = RandomNetwork.decoder(seed, types[(int) (seed % 3)], 1);
        var tokens = RandomNetwork.tokens(network, count, seed);
        assertClose(
                whole(new ScalarKernels(), network, tokens),
                whole(kernels(), network, tokens),
                PLAIN);
    }

    /// How far the worst of some quantized networks may be from the twin's; half of them must be
    /// as close as plain ones. Of few, too many had a close call of rounding to 8 bits, which falls
    /// one way before the JIT has compiled a sum and another way after.
    default double quantizedTolerance() {
        return 1e-4; // blocks with a minimum make large sums of small differences
    }

    /// Tokens at once up to which the twin of quantized networks is {@link #quantizedTwin}.
    default int quantizedTokens() {
        return 9;
    }

    /// What sums over quantized weights are compared with.
    default Kernels quantizedTwin() {
        return new ScalarKernels();
    }

    @Example
    default void logits_of_quantized_decoders_equal_the_twins() throws Exception {
        for (var dtype : DType.values()) {
            if (dtype.quantized()) {
                var errors = new double[9];
                for (int seed = 0; seed < errors.length; seed++) {
                    var network = RandomNetwork.decoder(seed, dtype, dtype.blockElements());
                    int count = 1 + seed * (quantizedTokens() - 1) / (errors.length - 1);
                    var tokens = RandomNetwork.tokens(network, count, seed);
                    errors[seed] =
                            error(
                                    whole(quantizedTwin(), network, tokens),
                                    whole(kernels(), network, tokens));
                }
                Arrays.sort(errors);
                assertTrue(errors[errors.length / 2] <= PLAIN, dtype + Arrays.toString(errors));
                assertTrue(
                        errors[errors.length - 1] <= quantizedTolerance(),
                        dtype + Arrays.toString(errors));
            }
        }
    }

    @Property(tries = 20, seed = "18")
    default void pieces_of_a_sequence_give_the_logits_of_the_whole(
            @ForAll @LongRange(max = 1 << 20) long seed) throws Exception {
        var network = RandomNetwork.decoder(seed, DType.F32, 1);
        var tokens = RandomNetwork.tokens(network, 14, seed);
        try (var program = kernels().prepare(network);
                var cache = program.cache(tokens.length)) {
            var last = new float[network.vocabulary()];
            int at = 0;
            for (int piece : new int[] {5, 1, 1, 4, 1, 1, 1}) {
                var next = Arrays.copyOfRange(tokens, at, at + piece);
                program.run(List.of(new Segment(cache, next, Wanted.LAST_LOGITS, last)));
                at += piece;
                assertEquals(at, cache.length());
                var twin = whole(new ScalarKernels(), network, Arrays.copyOf(tokens, at));
                assertClose(
                        Arrays.copyOfRange(twin, twin.length - last.length, twin.length),
                        last,
                        PLAIN);
            }
        }
    }

    @Property(tries = 12, seed = "19")
    default void sequences_in_one_batch_do_not_touch_each_other(
            @ForAll @LongRange(max = 1 << 20) long seed) throws Exception {
        var network = RandomNetwork.decoder(seed, DType.F32, 1);
        try (var program = kernels().prepare(network)) {
            var caches = new ArrayList<Program.Cache>();
            var batch = new ArrayList<Segment>();
            var alone = new ArrayList<float[]>();
            for (int s = 0; s < 4; s++) {
                var tokens = RandomNetwork.tokens(network, 3 + 5 * s, seed + s);
                var twin = whole(new ScalarKernels(), network, tokens);
                alone.add(
                        Arrays.copyOfRange(twin, twin.length - network.vocabulary(), twin.length));
                var cache = program.cache(32);
                caches.add(cache);
                int rest = tokens.length - 1;
                if (s % 2 == 0) {
                    program.run(
                            List.of(
                                    new Segment(
                                            cache,
                                            Arrays.copyOf(tokens, rest),
                                            Wanted.NOTHING,
                                            new float[0])));
                    tokens = new int[] {tokens[rest]};
                }
                batch.add(
                        new Segment(
                                cache,
                                tokens,
                                Wanted.LAST_LOGITS,
                                new float[network.vocabulary()]));
            }
            program.run(batch);
            for (int s = 0; s < 4; s++) {
                assertClose(alone.get(s), batch.get(s).out(), PLAIN);
            }
            caches.forEach(Program.Cache::close);
        }
    }

    @Property(tries = 6, seed = "20")
    default void an_encoder_gives_the_twins_hidden_states(
            @ForAll @LongRange(max = 1 << 20) long seed,
            @ForAll @IntRange(min = 1, max = 32) int count)
            throws Exception {
        var network = RandomNetwork.encoder(seed, DType.F32);
        var tokens = RandomNetwork.tokens(network, count, seed);
        var expected = hidden(new ScalarKernels(), network, tokens, null);
        assertClose(expected, hidden(kernels(), network, tokens, null), PLAIN);
    }

    @Example
    default void hidden_states_of_a_decoder_are_those_that_enter_its_head() throws Exception {
        var network = RandomNetwork.llama(3, DType.F32, 64, 4, 2, 96, 2);
        var tokens = RandomNetwork.tokens(network, 9, 3);
        assertClose(
                hidden(new ScalarKernels(), network, tokens, 16),
                hidden(kernels(), network, tokens, 16),
                PLAIN);
    }

    @Example
    default void a_truncated_cache_goes_on_as_if_it_had_never_been_longer() throws Exception {
        var network = RandomNetwork.llama(5, DType.BF16, 64, 4, 2, 96, 2);
        var tokens = RandomNetwork.tokens(network, 12, 5);
        var twin = whole(new ScalarKernels(), network, tokens);
        try (var program = kernels().prepare(network);
                var cache = program.cache(20)) {
            var detour = RandomNetwork.tokens(network, 20, 6);
            System.arraycopy(tokens, 0, detour, 0, 7);
            program.run(List.of(new Segment(cache, detour, Wanted.NOTHING, new float[0])));
            cache.truncate(7);
            var out = new float[5 * network.vocabulary()];
            var rest = Arrays.copyOfRange(tokens, 7, 12);
            program.run(List.of(new Segment(cache, rest, Wanted.ALL_LOGITS, out)));
            assertClose(
                    Arrays.copyOfRange(twin, 7 * network.vocabulary(), twin.length), out, PLAIN);
        }
    }

    @Example
    default void a_long_prompt_equals_the_twins() throws Exception {
        var network = RandomNetwork.llama(7, DType.BF16, 128, 4, 2, 192, 1);
        var tokens = RandomNetwork.tokens(network, 300, 7);
        assertClose(
                whole(new ScalarKernels(), network, tokens),
                whole(kernels(), network, tokens),
                promptTolerance());
    }

    /// How far a long prompt over BF16 weights may be from the twin's.
    default double promptTolerance() {
        return PLAIN;
    }

    @Example
    default void an_interrupt_ends_the_run_and_leaves_the_cache() throws Exception {
        var network = RandomNetwork.llama(9, DType.F32, 64, 4, 2, 96, 2);
        try (var program = kernels().prepare(network);
                var cache = program.cache(8)) {
            var segment = new Segment(cache, new int[] {1, 2}, Wanted.NOTHING, new float[0]);
            program.run(List.of(segment));
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> program.run(List.of(segment)));
            assertEquals(2, cache.length());
        }
    }

    @Example
    default void weights_that_are_not_numbers_give_logits_that_are_not_numbers() throws Exception {
        for (var dtype : List.of(DType.F32, DType.F16, DType.BF16)) {
            var network = RandomNetwork.llama(11, dtype, 64, 4, 2, 96, 2);
            RandomNetwork.poison(network);
            var logits = whole(kernels(), network, new int[] {1, 2, 3});
            assertTrue(Float.isNaN(logits[0]), dtype.toString());
        }
    }

    @Example
    default void a_type_that_is_not_numbers_is_refused() {
        var network = RandomNetwork.llama(13, DType.F32, 64, 4, 2, 96, 1);
        assertRefused(ComputeProblem.UNSUPPORTED_DTYPE, DType.I64, network, 101, 64);
    }

    @Example
    default void a_matrix_of_another_width_is_refused() {
        var network = RandomNetwork.llama(13, DType.F32, 64, 4, 2, 96, 1);
        assertRefused(ComputeProblem.SHAPE_MISMATCH, DType.F32, network, 101, 63);
    }

    private void assertRefused(
            ComputeProblem problem, DType dtype, Network network, long rows, long columns) {
        try (var arena = Arena.ofConfined()) {
            var shape = new Shape(rows, columns);
            var wrong =
                    new Tensor(
                            "wrong", dtype, shape, arena.allocate(dtype.bytes(shape.elements())));
            var changed =
                    new Network(
                            network.name(),
                            network.hidden(),
                            network.vocabulary(),
                            network.contextTokens(),
                            network.embedding(),
                            network.layers(),
                            new Network.Head(null, new Network.Linear(wrong, null), 1, 0));
            var thrown = assertThrows(ProblemException.class, () -> kernels().prepare(changed));
            assertEquals(problem, thrown.problem());
        }
    }

    private static float[] hidden(
            Kernels kernels, Network network, int[] tokens, Integer cacheTokens) throws Exception {
        try (var program = kernels.prepare(network)) {
            var out = new float[tokens.length * network.hidden()];
            var cache = cacheTokens == null ? null : program.cache(cacheTokens);
            program.run(List.of(new Segment(cache, tokens, Wanted.HIDDEN, out)));
            if (cache != null) {
                cache.close();
            }
            return out;
        }
    }

    /// Logits of every token of one fresh sequence.
    static float[] whole(Kernels kernels, Network network, int[] tokens) throws Exception {
        try (var program = kernels.prepare(network);
                var cache = program.cache(tokens.length)) {
            var out = new float[tokens.length * network.vocabulary()];
            program.run(List.of(new Segment(cache, tokens, Wanted.ALL_LOGITS, out)));
            return out;
        }
    }

    static void assertClose(float[] expected, float[] actual, double tolerance) {
        double relative = error(expected, actual);
        assertTrue(relative <= tolerance, "relative error " + relative);
    }

    private static double error(float[] expected, float[] actual) {
        assertEquals(expected.length, actual.length);
        double error = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            error += Math.pow((double) expected[i] - actual[i], 2);
            norm += Math.pow(expected[i], 2);
        }
        return Math.sqrt(error) / Math.max(1e-30, Math.sqrt(norm));
    }
}
