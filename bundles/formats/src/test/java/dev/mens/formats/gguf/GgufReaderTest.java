package dev.mens.formats.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.compute.Elements;
import dev.mens.formats.FormatProblem;
import dev.mens.formats.Goldens;
import dev.mens.formats.Problems;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class GgufReaderTest {
    private static final JsonNode EXPECTED =
            JsonMapper.shared().readTree(Goldens.path("import/gguf/dequant.json").toFile());

    @ParameterizedTest
    @ValueSource(strings = {"q2_k", "q3_k_m", "q4_0", "q4_1", "q4_k_m", "q5_0", "q5_1", "q5_k_m"})
    void every_tensor_dequantizes_as_the_reference_does(String format) throws Exception {
        var name = "llama256-" + format + ".gguf";
        compare(Goldens.path("import/gguf/" + name), EXPECTED.get(name));
    }

    private static void compare(Path path, JsonNode expected) throws Exception {
        try (var channel = FileChannel.open(path);
                var arena = Arena.ofConfined()) {
            var file = GgufReader.read(channel, path.getFileName().toString());
            var mapping = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            assertEquals(expected.size(), file.tensors().size());
            for (var tensor : file.tensors()) {
                var data = mapping.asSlice(tensor.offset(), tensor.bytes());
                var values = new float[(int) tensor.shape().elements()];
                Elements.read(tensor.dtype(), data, 0, values.length, values, 0);
                assertEquals(
                        expected.get(tensor.name()).get("sha256_f32le").asString(),
                        sha256(values),
                        path + " " + tensor.name() + " " + tensor.dtype());
            }
        }
    }

    private static String sha256(float[] values) throws Exception {
        var bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    }

    @Test
    void the_metadata_are_read() throws IOException {
        try (var channel = FileChannel.open(Goldens.path("import/gguf/llama256-q4_0.gguf"))) {
            var metadata = GgufReader.read(channel, "llama256").metadata();
            assertEquals("llama", metadata.text("general.architecture").orElseThrow());
            assertEquals(256, metadata.whole("llama.embedding_length").orElseThrow());
            assertTrue(metadata.real("llama.attention.layer_norm_rms_epsilon").isPresent());
            assertTrue(metadata.texts("tokenizer.ggml.tokens").size() > 256);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "gguf-bad-version, GGUF_VERSION",
        "gguf-huge-kv, GGUF_LIMIT",
        "gguf-huge-string, GGUF_LIMIT",
        "gguf-nested-array, BAD_ENTRY",
        "gguf-truncated, PAST_END"
    })
    void each_hostile_golden_is_refused_for_its_own_reason(String name, FormatProblem reason)
            throws IOException {
        var path = Goldens.path("import/hostile/" + name + ".gguf");
        try (var channel = FileChannel.open(path)) {
            Problems.expect(reason, () -> GgufReader.read(channel, name));
        }
    }

    @Test
    void something_else_is_no_gguf() throws IOException {
        var path = Files.createTempFile("not", ".gguf");
        try (var channel = FileChannel.open(Files.writeString(path, "GGUG" + "x".repeat(30)))) {
            Problems.expect(FormatProblem.NOT_GGUF, () -> GgufReader.read(channel, "not"));
        } finally {
            Files.delete(path);
        }
    }
}
