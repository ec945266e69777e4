package dev.mens.formats.importer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.compute.DType;
import dev.mens.compute.Elements;
import dev.mens.compute.Tensor;
import dev.mens.formats.Goldens;
import dev.mens.formats.safetensors.MappedWeightFiles;
import dev.mens.model.ImportOptions;
import dev.mens.model.Quantization;
import dev.mens.model.Weights;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Our encoders against llama-quantize, from the same F16 model.
final class QuantizeOnImportTest {
    @TempDir Path folder;

    @Test
    void q4_0_is_what_llama_quantize_writes_bit_for_bit() throws Exception {
        try (var ours = imported("f16", new ImportOptions(Quantization.Q4_0, false));
                var theirs = imported("q4_0", ImportOptions.AS_IT_IS)) {
            assertEquals(theirs.names(), ours.names());
            for (var name : theirs.names()) {
                assertEquals(theirs.tensor(name).dtype(), ours.tensor(name).dtype(), name);
                var expected = theirs.tensor(name).data();
                assertEquals(-1, expected.mismatch(ours.tensor(name).data()), name);
            }
        }
    }

    @Test
    void q4_k_m_mixes_the_same_types_and_its_error_is_within_3_percent() throws Exception {
        try (var original = imported("f16", ImportOptions.AS_IT_IS);
                var ours = imported("f16", new ImportOptions(Quantization.Q4_K_M, false));
                var theirs = imported("q4_k_m", ImportOptions.AS_IT_IS)) {
            assertEquals(theirs.names(), ours.names());
            for (var name : theirs.names()) {
                assertEquals(theirs.tensor(name).dtype(), ours.tensor(name).dtype(), name);
                double bound = 1.03 * squaredError(original.tensor(name), theirs.tensor(name));
                double error = squaredError(original.tensor(name), ours.tensor(name));
                assertTrue(error <= bound, () -> name + ": " + error + " of " + bound);
            }
        }
    }

    @Test
    void nf4_is_for_the_matrices_between_the_embeddings_and_the_head() throws Exception {
        try (var original = imported("f16", ImportOptions.AS_IT_IS);
                var ours = imported("f16", new ImportOptions(Quantization.NF4, false))) {
            assertEquals(Quantization.NF4, StoredAs.of(ours));
            for (var name : ours.names()) {
                var tensor = ours.tensor(name);
                boolean matrix = name.contains("_proj.weight");
                assertEquals(matrix ? DType.NF4 : original.tensor(name).dtype(), tensor.dtype());
                if (matrix) {
                    // The golden's own error on normal weights is 0.092 of the norm.
                    double error = squaredError(original.tensor(name), tensor);
                    double size = squaredError(original.tensor(name), zeros(tensor));
                    assertTrue(Math.sqrt(error / size) < 0.1, () -> name + ": " + error);
                }
            }
        }
    }

    private static Tensor zeros(Tensor like) {
        long bytes = DType.F32.bytes(like.shape().elements());
        return new Tensor(
                "zeros",
                DType.F32,
                like.shape(),
                MemorySegment.ofArray(new byte[Math.toIntExact(bytes)]));
    }

    private Weights imported(String format, ImportOptions options)
            throws IOException, InterruptedException {
        var staging = Files.createTempDirectory(folder, format);
        var gguf = Goldens.path("import/gguf/llama256-" + format + ".gguf");
        new FormatImporter().read(gguf, staging, options, (_, _, _) -> {});
        return new MappedWeightFiles().open(staging);
    }

    private static double squaredError(Tensor expected, Tensor actual) {
        int count = Math.toIntExact(expected.shape().elements());
        var wanted = new float[count];
        var found = new float[count];
        Elements.read(expected, 0, count, wanted, 0);
        Elements.read(actual, 0, count, found, 0);
        double sum = 0;
        for (int i = 0; i < count; i++) {
            double difference = wanted[i] - found[i];
            sum += difference * difference;
        }
        return sum;
    }
}
