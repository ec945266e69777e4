package dev.mens.formats.importer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.compute.DType;
import dev.mens.compute.Elements;
import dev.mens.compute.Shape;
import dev.mens.compute.Tensor;
import dev.mens.formats.FormatProblem;
import dev.mens.formats.Problems;
import dev.mens.formats.onnx.OnnxBytes;
import dev.mens.formats.safetensors.MappedWeightFiles;
import dev.mens.model.Import;
import dev.mens.model.ImportOptions;
import dev.mens.model.Weights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

final class OnnxImportTest {
    private static final long[] TWO_BY_THREE = {2, 3};
    private static final float[] COUNTING = {1, 2, 3, 4, 5, 6};

    @TempDir Path folder;
    private Path staging;

    @BeforeEach
    void makeStaging() throws Exception {
        staging = Files.createDirectory(folder.resolve("staging"));
    }

    @Test
    void a_transposed_weight_is_named_after_the_bias_that_is_added_to_its_product()
            throws Exception {
        read(
                new OnnxBytes()
                        .raw("dense.bias", new long[] {3}, 7, 8, 9)
                        .raw("onnx::MatMul_12", TWO_BY_THREE, COUNTING)
                        .node("MatMul", "MatMul_1", List.of("x", "onnx::MatMul_12"), "y")
                        .node("Add", "Add_2", List.of("dense.bias", "y"), "z"));
        try (var weights = opened()) {
            assertEquals(Set.of("dense.bias", "dense.weight"), weights.names());
            assertEquals(new Shape(3, 2), weights.tensor("dense.weight").shape());
            assertArrayEquals(
                    new float[] {1, 4, 2, 5, 3, 6}, values(weights.tensor("dense.weight")));
        }
    }

    @Test
    void without_a_bias_it_is_named_after_the_module_that_multiplies() throws Exception {
        read(
                new OnnxBytes()
                        .raw("onnx::MatMul_12", TWO_BY_THREE, COUNTING)
                        .node(
                                "MatMul",
                                "/model/layers.0/self_attn/q_proj/MatMul",
                                List.of("x", "onnx::MatMul_12"),
                                "y"));
        try (var weights = opened()) {
            assertEquals(Set.of("model.layers.0.self_attn.q_proj.weight"), weights.names());
        }
    }

    @Test
    void a_weight_that_kept_its_name_kept_its_layout() throws Exception {
        read(
                new OnnxBytes()
                        .raw("h.0.attn.c_attn.weight", TWO_BY_THREE, COUNTING)
                        .node("Gemm", "", List.of("x", "h.0.attn.c_attn.weight", "b.bias"), "y"));
        try (var weights = opened()) {
            assertArrayEquals(COUNTING, values(weights.tensor("h.0.attn.c_attn.weight")));
        }
    }

    @Test
    void a_product_that_transposes_by_itself_has_the_weight_as_it_was() throws Exception {
        var transB = new OnnxBytes.Message().text(1, "transB").number(3, 1);
        read(
                new OnnxBytes()
                        .raw("onnx::Gemm_3", TWO_BY_THREE, COUNTING)
                        .node("Gemm", "", List.of("x", "onnx::Gemm_3", "out.bias"), "y", transB));
        try (var weights = opened()) {
            assertArrayEquals(COUNTING, values(weights.tensor("out.weight")));
        }
    }

    @Test
    void elements_may_be_floats_integers_or_bits_of_halves() throws Exception {
        read(
                new OnnxBytes()
                        .initializer(
                                OnnxBytes.tensor("a.typed", OnnxBytes.FLOAT, 2)
                                        .body(4, OnnxBytes.floats(1.5f, -2)))
                        .initializer(
                                OnnxBytes.tensor("a.ids", OnnxBytes.INT64, 3)
                                        .body(7, OnnxBytes.varints(1, -1, 300)))
                        .initializer(
                                OnnxBytes.tensor("a.half", OnnxBytes.FLOAT16, 2)
                                        .body(5, OnnxBytes.varints(0x3c00, 0xc000))));
        try (var weights = opened()) {
            assertArrayEquals(new float[] {1.5f, -2}, values(weights.tensor("a.typed")));
            assertEquals(DType.I64, weights.tensor("a.ids").dtype());
            assertArrayEquals(new float[] {1, -2}, values(weights.tensor("a.half")));
        }
    }

    @Test
    void weights_in_another_file_of_the_folder_are_found() throws Exception {
        Files.write(folder.resolve("model.onnx_data"), OnnxBytes.floats(0, 1, 2, 3, 4, 5, 6));
        read(new OnnxBytes().initializer(external("model.onnx_data", "4")));
        try (var weights = opened()) {
            assertArrayEquals(COUNTING, values(weights.tensor("a.far")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "/etc/passwd", "..", "a/../../secret", "a\\b", "C:x", ""})
    void weights_outside_the_folder_are_refused(String location) throws Exception {
        Files.write(folder.resolveSibling("secret"), new byte[100]);
        Problems.expect(
                FormatProblem.SHARD_OUTSIDE,
                () -> read(new OnnxBytes().initializer(external(location, "0"))));
        requireNothingLeft();
    }

    @Test
    void weights_beyond_the_end_of_their_file_are_refused() throws Exception {
        Files.write(folder.resolve("data"), new byte[24]);
        for (var offset : List.of("4", "-4", "9223372036854775807")) {
            Problems.expect(
                    FormatProblem.PAST_END,
                    () -> read(new OnnxBytes().initializer(external("data", offset))));
        }
        Problems.expect(
                FormatProblem.MISSING_SHARD,
                () -> read(new OnnxBytes().initializer(external("elsewhere", "0"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"DynamicQuantizeLinear", "MatMulInteger", "DequantizeLinear"})
    void what_was_quantized_is_refused_by_name(String operator) {
        var refusal =
                Problems.expect(
                        FormatProblem.ONNX_REWORKED,
                        () ->
                                read(
                                        new OnnxBytes()
                                                .raw("a.weight", TWO_BY_THREE, COUNTING)
                                                .node(operator, "", List.of("x"), "y")));
        assertTrue(refusal.getMessage().contains(operator));
    }

    @Test
    void sizes_that_do_not_fit_are_refused() throws Exception {
        Problems.expect(
                FormatProblem.WRONG_SIZE,
                () -> read(new OnnxBytes().raw("a.weight", new long[] {2, 4}, COUNTING)));
        Problems.expect(
                FormatProblem.OVERFLOW,
                () -> read(new OnnxBytes().raw("a.weight", new long[] {1L << 62, 8}, COUNTING)));
        Problems.expect(
                FormatProblem.OVERFLOW,
                () -> read(new OnnxBytes().raw("a.weight", new long[] {-1, 6}, COUNTING)));
        Problems.expect(
                FormatProblem.ONNX_LIMIT,
                () ->
                        read(
                                new OnnxBytes()
                                        .initializer(
                                                OnnxBytes.tensor("a.b", OnnxBytes.INT64, 1L << 40)
                                                        .body(7, OnnxBytes.varints(1)))));
        requireNothingLeft();
    }

    @Test
    void the_sizes_of_a_bert_are_read_off_its_graph() throws Exception {
        var made = read(bert());
        var config = JsonMapper.shared().readTree(staging.resolve("config.json").toFile());
        assertEquals("bert", config.get("model_type").asString());
        assertEquals(6, config.get("hidden_size").asInt());
        assertEquals(3, config.get("num_attention_heads").asInt());
        assertEquals(4, config.get("intermediate_size").asInt());
        assertEquals(1, config.get("num_hidden_layers").asInt());
        assertEquals(5, config.get("vocab_size").asInt());
        assertEquals(1e-7, config.get("layer_norm_eps").asDouble());
        assertEquals("gelu", config.get("hidden_act").asString());
        assertTrue(made.notes().stream().anyMatch(note -> note.contains("graph")));
    }

    @Test
    void a_config_beside_the_file_wins_even_from_the_folder_above() throws Exception {
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"bert\"}");
        var inner = Files.createDirectory(folder.resolve("onnx")).resolve("model.onnx");
        Files.write(inner, bert().model());
        new FormatImporter().read(inner, staging, ImportOptions.AS_IT_IS, (_, _, _) -> {});
        assertEquals(
                -1, Files.mismatch(folder.resolve("config.json"), staging.resolve("config.json")));
    }

    @Test
    void a_tokenizer_that_is_named_after_the_model_is_taken() throws Exception {
        Files.writeString(folder.resolve("model-tokenizer.json"), "{}");
        read(new OnnxBytes().raw("a.weight", TWO_BY_THREE, COUNTING));
        assertTrue(Files.exists(staging.resolve("tokenizer.json")));
        assertFalse(Files.exists(staging.resolve("config.json")));
    }

    private static OnnxBytes bert() {
        var epsilon =
                new OnnxBytes.Message()
                        .text(1, "value")
                        .body(
                                5,
                                OnnxBytes.tensor("", OnnxBytes.FLOAT)
                                        .body(9, OnnxBytes.floats(1e-7f))
                                        .bytes());
        return new OnnxBytes()
                .raw("embeddings.word_embeddings.weight", new long[] {5, 6}, new float[30])
                .raw("embeddings.position_embeddings.weight", new long[] {9, 6}, new float[54])
                .raw("embeddings.token_type_embeddings.weight", new long[] {2, 6}, new float[12])
                .raw("encoder.layer.0.intermediate.dense.weight", new long[] {4, 6}, new float[24])
                .raw("encoder.layer.0.output.dense.weight", new long[] {6, 4}, new float[24])
                .initializer(
                        OnnxBytes.tensor("heads", OnnxBytes.INT64, 4)
                                .body(7, OnnxBytes.varints(0, -1, 3, 2)))
                .node("Reshape", "", List.of("q", "heads"), "r")
                .node("Constant", "", List.of(), "eps", epsilon)
                .node("Add", "", List.of("v", "eps"), "ve")
                .node("Sqrt", "", List.of("ve"), "root")
                .node("Erf", "", List.of("h"), "g");
    }

    private static OnnxBytes.Message external(String location, String offset) {
        return OnnxBytes.tensor("a.far", OnnxBytes.FLOAT, 6)
                .body(13, pair("location", location))
                .body(13, pair("offset", offset))
                .body(13, pair("length", "24"))
                .number(14, 1);
    }

    private static byte[] pair(String key, String value) {
        return new OnnxBytes.Message().text(1, key).text(2, value).bytes();
    }

    private Import read(OnnxBytes model) throws Exception {
        var file = Files.write(folder.resolve("model.onnx"), model.model());
        return new FormatImporter().read(file, staging, ImportOptions.AS_IT_IS, (_, _, _) -> {});
    }

    private Weights opened() throws Exception {
        return new MappedWeightFiles().open(staging);
    }

    private static float[] values(Tensor tensor) {
        var values = new float[(int) tensor.shape().elements()];
        Elements.read(tensor, 0, values.length, values, 0);
        return values;
    }

    private void requireNothingLeft() throws Exception {
        try (var left = Files.list(staging)) {
            assertEquals(0, left.count());
        }
    }
}
