package dev.mens.formats.importer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.compute.Shape;
import dev.mens.compute.Tensor;
import dev.mens.formats.FormatProblem;
import dev.mens.formats.Goldens;
import dev.mens.formats.Problems;
import dev.mens.formats.safetensors.MappedWeightFiles;
import dev.mens.model.ImportOptions;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class PyTorchImportTest {
    private static final JsonNode EXPECTED =
            JsonMapper.shared().readTree(Goldens.path("import/pickle/expected.json").toFile());
    private static final Map<String, String> TYPES =
            Map.of(
                    "bfloat16",
                    "BF16",
                    "float32",
                    "F32",
                    "float16",
                    "F16",
                    "int64",
                    "I64",
                    "bool",
                    "BOOL");

    @TempDir Path staging;

    @Test
    void every_tensor_of_a_nested_checkpoint_has_its_hash() throws Exception {
        read(Goldens.path("import/pickle/checkpoint-nested.pt"));
        try (var weights = new MappedWeightFiles().open(staging)) {
            assertEquals(EXPECTED.size(), weights.names().size());
            for (var expected : EXPECTED.properties()) {
                compare(expected.getValue(), weights.tensor(expected.getKey()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama3-rope-tied.zip.bin",
                "llama3-rope-tied.legacy.pt",
                "pytorch_model.bin.index.json"
            })
    void every_way_to_save_gives_the_same_tensors(String name) throws Exception {
        var made = read(Goldens.path("import/pickle/" + name));
        assertEquals("pytorch", made.sourceFormat());
        int compared = 0;
        try (var weights = new MappedWeightFiles().open(staging)) {
            for (var tensor : weights.names()) {
                compare(EXPECTED.get(tensor), weights.tensor(tensor));
                compared++;
            }
        }
        assertTrue(compared >= 29, "only " + compared);
    }

    private static void compare(JsonNode expected, Tensor tensor) throws Exception {
        assertEquals(TYPES.get(expected.get("dtype").asString()), tensor.dtype().name());
        var sizes = expected.get("shape").valueStream().mapToLong(JsonNode::asLong).toArray();
        assertEquals(new Shape(sizes), tensor.shape(), tensor.name());
        var digest = MessageDigest.getInstance("SHA-256");
        digest.update(tensor.data().toArray(ValueLayout.JAVA_BYTE));
        assertEquals(
                expected.get("sha256").asString(),
                HexFormat.of().formatHex(digest.digest()),
                tensor.name());
    }

    @ParameterizedTest
    @CsvSource({
        "eval.bin, FORBIDDEN_PICKLE",
        "os-system.bin, FORBIDDEN_PICKLE",
        "raw-system.pkl, FORBIDDEN_PICKLE",
        "memo-bomb.pkl, NO_TENSORS",
        "truncated.bin, BAD_ARCHIVE",
        "zip-bomb.bin, PICKLE_LIMIT",
        "zip-slip.bin, SHARD_OUTSIDE"
    })
    void each_hostile_golden_is_refused_for_its_own_reason(String name, FormatProblem reason)
            throws Exception {
        Problems.expect(reason, () -> read(Goldens.path("import/hostile/" + name)));
        try (var left = Files.list(staging)) {
            assertEquals(0, left.count());
        }
    }

    private dev.mens.model.Import read(Path source) throws Exception {
        return new FormatImporter().read(source, staging, ImportOptions.AS_IT_IS, (_, _, _) -> {});
    }
}
