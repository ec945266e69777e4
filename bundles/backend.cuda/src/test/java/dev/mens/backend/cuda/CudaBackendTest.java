package dev.mens.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.backend.cuda.gpu.Gpu;
import dev.mens.backend.cuda.gpu.Gpus;
import dev.mens.backend.cuda.gpu.RecordedGpus;
import dev.mens.compute.HardwareReport;
import dev.mens.compute.Kernels;
import dev.mens.inference.BackendLostException;
import dev.mens.inference.Transformer;
import dev.mens.inference.Verdict;
import dev.mens.model.Model;
import dev.mens.model.ModelFacts;
import dev.mens.model.Quantization;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CudaBackendTest {
    private static final String DIAGNOSTIC = "vox/cuda/no-driver libcuda.so.1 is not installed";

    private final CudaBackend without = backend(new NoGpus());
    private final CudaBackend with = backend(new RecordedGpus(80L << 30));

    @Test
    void without_a_device_it_says_why_and_serves_nothing() {
        var verdict = without.canServe(model(1 << 20, Quantization.BF16));
        assertInstanceOf(Verdict.No.class, verdict);
        assertEquals(DIAGNOSTIC, verdict.reason());
        assertEquals(DIAGNOSTIC, without.capabilities().detail());
        assertEquals(0, without.capabilities().cudaTier());
        assertThrows(
                BackendLostException.class, () -> without.load(model(1 << 20, Quantization.BF16)));
    }

    @Test
    void a_model_that_fits_is_served_and_the_device_is_named() {
        var verdict = with.canServe(model(16L << 30, Quantization.Q4_K_M));
        assertInstanceOf(Verdict.Yes.class, verdict);
        assertTrue(verdict.reason().contains("sm_90: Recorded, CUDA 13.0"), verdict.reason());
        assertEquals(90, with.capabilities().cudaTier());
    }

    @Test
    void every_quantization_is_served() {
        for (var quantization : Quantization.values()) {
            var verdict = with.canServe(model(1 << 20, quantization));
            assertInstanceOf(Verdict.Yes.class, verdict, quantization::name);
        }
    }

    @Test
    void a_model_larger_than_all_devices_is_refused_with_both_sizes() {
        var verdict = with.canServe(model(100L << 30, Quantization.BF16));
        assertInstanceOf(Verdict.No.class, verdict);
        assertTrue(verdict.reason().contains("of 80.0 GiB"), verdict.reason());
    }

    @Test
    void what_counts_is_what_the_device_holds_not_what_the_file_has() {
        long parameters = 70L << 30;
        var widened = with.canServe(model(parameters, parameters / 2, Quantization.Q5_0));
        assertInstanceOf(Verdict.No.class, widened, "Q5_0 becomes BF16");
        assertTrue(widened.reason().contains("needs 140.0 GiB"), widened.reason());
        var kept = with.canServe(model(parameters, parameters / 2, Quantization.NF4));
        assertInstanceOf(Verdict.Yes.class, kept, "NF4 stays as it is");
        var narrowed = with.canServe(model(30L << 30, 120L << 30, Quantization.F32));
        assertInstanceOf(Verdict.Yes.class, narrowed, "F32 becomes BF16");
    }

    private static Model model(long weightBytes, Quantization quantization) {
        return model(1, weightBytes, quantization);
    }

    private static Model model(long parameters, long weightBytes, Quantization quantization) {
        return new Model(
                "m",
                "m",
                Path.of("m"),
                new ModelFacts("llama", parameters, weightBytes, 2048, 1024, quantization, false));
    }

    private static CudaBackend backend(Gpus gpus) {
        return new CudaBackend(
                new KnowsAll(),
                () ->
                        new HardwareReport(
                                Instant.EPOCH,
                                new HardwareReport.Processor("p", "x86_64", 2, 8L << 30, List.of()),
                                List.of(),
                                90,
                                0,
                                List.of()),
                gpus);
    }

    private static final class NoGpus implements Gpus {
        @Override
        public Probed probe() {
            return new Probed.Nothing(DIAGNOSTIC);
        }

        @Override
        public Gpu open(int ordinal) {
            throw new AssertionError("there is none");
        }

        @Override
        public void close() {}
    }

    private static final class KnowsAll implements Transformer {
        @Override
        public Verdict knows(Model model) {
            return new Verdict.Yes("known");
        }

        @Override
        public Engine open(Model model, Kernels kernels, String backend) {
            throw new AssertionError("nothing is loaded here");
        }
    }
}
