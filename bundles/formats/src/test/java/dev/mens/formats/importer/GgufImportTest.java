package dev.mens.formats.importer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.formats.Goldens;
import dev.mens.formats.gguf.GgufReader;
import dev.mens.formats.safetensors.MappedWeightFiles;
import dev.mens.model.Import;
import dev.mens.model.ImportOptions;
import dev.mens.model.Quantization;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class GgufImportTest {
    @TempDir Path staging;

    @Test
    void a_plain_conversion_gives_the_original_back() throws Exception {
        var made = read("import/gguf/llama-sharded-f32.gguf", ImportOptions.AS_IT_IS);
        assertEquals(Quantization.F32, made.quantization());
        assertEquals("gguf", made.sourceFormat());
        requireEqualWeights(Goldens.path("models/llama-sharded"), staging);
    }

    @Test
    void config_and_tokenizer_are_the_originals_in_all_that_matters() throws Exception {
        read("import/gguf/llama-sharded-f32.gguf", ImportOptions.AS_IT_IS);
        var original = json(Goldens.path("models/llama-sharded/config.json"));
        var config = json(staging.resolve("config.json"));
        for (var key :
                new String[] {
                    "model_type", "hidden_size", "intermediate_size", "num_hidden_layers",
                    "num_attention_heads", "num_key_value_heads", "head_dim", "vocab_size",
                    "max_position_embeddings", "rms_norm_eps", "rope_theta", "rope_scaling",
                    "tie_word_embeddings", "attention_bias", "mlp_bias", "hidden_act",
                    "bos_token_id", "eos_token_id"
                }) {
            assertEquals(original.get(key), config.get(key), key);
        }
        var expected = json(Goldens.path("models/llama-sharded/tokenizer.json"));
        var tokenizer = json(staging.resolve("tokenizer.json"));
        assertEquals(expected.get("model").get("vocab"), tokenizer.get("model").get("vocab"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"q2_k", "q3_k_m", "q4_0", "q4_1", "q4_k_m", "q5_0", "q5_1", "q5_k_m"})
    void quantized_tensors_keep_their_bits(String format) throws Exception {
        var gguf = Goldens.path("import/gguf/llama256-" + format + ".gguf");
        new FormatImporter().read(gguf, staging, ImportOptions.AS_IT_IS, (_, _, _) -> {});
        try (var channel = FileChannel.open(gguf);
                var arena = Arena.ofConfined();
                var weights = new MappedWeightFiles().open(staging)) {
            var mapping = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            for (var entry : GgufReader.read(channel, format).tensors()) {
                if (entry.name().contains("ffn_down") || entry.name().contains("token_embd")) {
                    var name =
                            entry.name()
                                    .replace("blk", "model.layers")
                                    .replace("ffn_down", "mlp.down_proj")
                                    .replace("token_embd", "model.embed_tokens");
                    var tensor = weights.tensor(name);
                    assertEquals(entry.dtype(), tensor.dtype());
                    assertEquals(entry.shape(), tensor.shape());
                    var stored = mapping.asSlice(entry.offset(), entry.bytes());
                    assertEquals(-1, stored.mismatch(tensor.data()), name);
                }
            }
        }
    }

    @Test
    void query_rows_are_unpermuted_in_blocks_too() throws Exception {
        var gguf = Goldens.path("import/gguf/llama256-q4_0.gguf");
        new FormatImporter().read(gguf, staging, ImportOptions.AS_IT_IS, (_, _, _) -> {});
        try (var channel = FileChannel.open(gguf);
                var arena = Arena.ofConfined();
                var weights = new MappedWeightFiles().open(staging)) {
            var mapping = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            var head = GgufReader.read(channel, "llama256");
            int size = (int) head.metadata().whole("llama.attention.key_length").orElseThrow();
            var entry =
                    head.tensors().stream()
                            .filter(t -> t.name().equals("blk.1.attn_k.weight"))
                            .findFirst()
                            .orElseThrow();
            long rowBytes = entry.dtype().bytes(entry.shape().size(1));
            var unpermuted = weights.tensor("model.layers.1.self_attn.k_proj.weight").data();
            // Row 1 of the second half of a head was the odd one of the second pair.
            var expected = mapping.asSlice(entry.offset() + 3 * rowBytes, rowBytes);
            var actual = unpermuted.asSlice((size / 2 + 1) * rowBytes, rowBytes);
            assertEquals(-1, expected.mismatch(actual));
        }
    }

    @Test
    void a_mixture_carries_the_tag_of_its_recipe() throws Exception {
        var made = read("import/gguf/llama256-q4_k_m.gguf", ImportOptions.AS_IT_IS);
        assertEquals(Quantization.Q4_K_M, made.quantization());
        try (var weights = new MappedWeightFiles().open(staging)) {
            assertEquals("Q4_K_M", weights.metadata().get("mens.quantization"));
        }
    }

    @Test
    void blocks_are_dequantized_on_request() throws Exception {
        var made = read("import/gguf/llama256-q4_1.gguf", new ImportOptions(null, true));
        assertEquals(Quantization.BF16, made.quantization());
        try (var weights = new MappedWeightFiles().open(staging)) {
            assertFalse(weights.metadata().containsKey("mens.quantization"));
            for (var name : weights.names()) {
                assertFalse(weights.tensor(name).dtype().quantized(), name);
            }
        }
    }

    @Test
    void what_the_metadata_cannot_say_is_noted() throws Exception {
        var made = read("import/gguf/llama256-q4_0.gguf", ImportOptions.AS_IT_IS);
        assertTrue(
                made.notes().stream().anyMatch(note -> note.contains("window")),
                () -> made.notes().toString());
    }

    @Test
    void equal_sources_give_equal_bytes() throws Exception {
        read("import/gguf/llama256-q4_k_m.gguf", ImportOptions.AS_IT_IS);
        var again = Files.createDirectory(staging.resolve("again"));
        new FormatImporter()
                .read(
                        Goldens.path("import/gguf/llama256-q4_k_m.gguf"),
                        again,
                        ImportOptions.AS_IT_IS,
                        (_, _, _) -> {});
        for (var name : new String[] {"model.safetensors", "config.json", "tokenizer.json"}) {
            assertEquals(-1, Files.mismatch(staging.resolve(name), again.resolve(name)), name);
        }
    }

    private Import read(String golden, ImportOptions options) throws Exception {
        return new FormatImporter().read(Goldens.path(golden), staging, options, (_, _, _) -> {});
    }

    private static JsonNode json(Path file) {
        return JsonMapper.shared().readTree(file.toFile());
    }

    private static void requireEqualWeights(Path expected, Path actual) throws Exception {
        try (var left = new MappedWeightFiles().open(expected);
                var right = new MappedWeightFiles().open(actual)) {
            assertEquals(left.names(), right.names());
            for (var name : left.names()) {
                assertEquals(left.tensor(name).shape(), right.tensor(name).shape(), name);
                assertEquals(left.tensor(name).dtype(), right.tensor(name).dtype(), name);
                assertArrayEquals(
                        left.tensor(name).data().toArray(ValueLayout.JAVA_BYTE),
                        right.tensor(name).data().toArray(ValueLayout.JAVA_BYTE),
                        name);
            }
        }
    }
}
