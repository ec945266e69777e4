package dev.mens.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.backend.cpu.scalar.ScalarKernels;
import dev.mens.compute.Hardware;
import dev.mens.compute.HardwareReport;
import dev.mens.compute.Kernels;
import dev.mens.inference.BackendLostException;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenEvent;
import dev.mens.inference.TokenStream;
import dev.mens.inference.Transformer;
import dev.mens.inference.Verdict;
import dev.mens.model.Model;
import dev.mens.model.ModelFacts;
import dev.mens.model.Quantization;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CpuBackendTest {
    private static final Hardware EIGHT_GIGABYTES =
            () ->
                    new HardwareReport(
                            Instant.EPOCH,
                            new HardwareReport.Processor("p", "x86_64", 2, 8L << 30, List.of()),
                            List.of(),
                            0,
                            0,
                            List.of());

    private final FakeTransformer transformer = new FakeTransformer();
    private final CpuBackend backend =
            new CpuBackend(transformer, EIGHT_GIGABYTES, new ScalarKernels());

    @Test
    void a_model_that_fits_is_served_by_the_named_kernels() {
        var verdict = backend.canServe(model("a", 5L << 30, Quantization.BF16));
        assertInstanceOf(Verdict.Yes.class, verdict);
        assertTrue(verdict.reason().startsWith("cpu/scalar"), verdict.reason());
    }

    @Test
    void a_model_larger_than_memory_is_refused_with_both_sizes() {
        var verdict = backend.canServe(model("a", 9L << 30, Quantization.BF16));
        assertInstanceOf(Verdict.No.class, verdict);
        assertTrue(verdict.reason().contains("8192 MB"), verdict.reason());
    }

    @Test
    void equal_models_share_one_engine() throws Exception {
        var first = backend.load(model("a", 1, Quantization.F32));
        assertSame(first, backend.load(model("a", 1, Quantization.F32)));
        assertEquals(1, transformer.engines.size());
    }

    @Test
    void an_unloaded_model_lives_until_its_last_stream_is_closed() throws Exception {
        var loaded = backend.load(model("a", 1, Quantization.F32));
        var stream = backend.predict(loaded, Prompt.of("x"), SamplingParams.defaults());
        backend.unload(loaded);
        assertFalse(transformer.engines.getFirst().closed);
        assertThrows(
                BackendLostException.class,
                () -> backend.predict(loaded, Prompt.of("x"), SamplingParams.defaults()));
        stream.close();
        assertTrue(transformer.engines.getFirst().closed);
        assertNotSame(loaded, backend.load(model("a", 1, Quantization.F32)));
    }

    @Test
    void a_stopped_backend_closes_its_engines_and_loads_no_more() throws Exception {
        var loaded = backend.load(model("a", 1, Quantization.F32));
        var stream = backend.predict(loaded, Prompt.of("x"), SamplingParams.defaults());
        backend.close();
        assertTrue(transformer.engines.getFirst().closed);
        stream.close();
        assertThrows(
                BackendLostException.class, () -> backend.load(model("b", 1, Quantization.F32)));
    }

    private static Model model(String id, long weightBytes, Quantization quantization) {
        return new Model(
                id,
                id,
                Path.of(id),
                new ModelFacts("llama", 1, weightBytes, 2048, 1024, quantization, false));
    }

    private static final class FakeTransformer implements Transformer {
        final List<FakeEngine> engines = new ArrayList<>();

        @Override
        public Verdict knows(Model model) {
            return new Verdict.Yes("known");
        }

        @Override
        public Engine open(Model model, Kernels kernels, String backend) {
            var engine = new FakeEngine(model);
            engines.add(engine);
            return engine;
        }
    }

    private static final class FakeEngine implements Transformer.Engine {
        private final Model model;
        boolean closed;

        FakeEngine(Model model) {
            this.model = model;
        }

        @Override
        public TokenStream predict(Prompt prompt, SamplingParams sampling) {
            return new TokenStream() {
                @Override
                public TokenEvent next() throws BackendLostException {
                    throw new BackendLostException("cpu", "fake");
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public List<float[]> embed(List<String> texts) {
            return List.of();
        }

        @Override
        public Model model() {
            return model;
        }

        @Override
        public long weightBytes() {
            return 1;
        }

        @Override
        public int contextTokens() {
            return 1;
        }

        @Override
        public int activeStreams() {
            return 0;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
