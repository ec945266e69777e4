package dev.mens.itests.mesh;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// A Llama with random weights and the tokenizer of the model that ships: as large, and so as slow,
/// as a test wants it.
record RandomModel(int hidden, int intermediate, int layers, long seed) {
    private static final int HEAD = 64;
    private static final int VOCABULARY = 1024;

    private record Matrix(String name, int rows, int columns) {
        long bytes() {
            return 2L * rows * columns;
        }
    }

    /// @param shipped folder of the model whose tokenizer is taken
    Path write(Path folder, Path shipped) throws IOException {
        Files.createDirectories(folder);
        for (var file : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(shipped.resolve(file), folder.resolve(file));
        }
        Files.writeString(folder.resolve("config.json"), config());
        var matrices = matrices();
        try (var out =
                new DataOutputStream(
                        new BufferedOutputStream(
                                Files.newOutputStream(folder.resolve("model.safetensors")),
                                1 << 20))) {
            var header = header(matrices).getBytes(StandardCharsets.UTF_8);
            out.write(
                    ByteBuffer.allocate(8)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(header.length)
                            .array());
            out.write(header);
            var random = new SplittableRandom(seed);
            for (var matrix : matrices) {
                write(matrix, random, out);
            }
        }
        return folder;
    }

    private String config() {
        return """
        {"model_type": "llama", "hidden_size": %d, "intermediate_size": %d,
         "num_hidden_layers": %d, "num_attention_heads": %d, "num_key_value_heads": 2,
         "head_dim": %d, "vocab_size": %d, "max_position_embeddings": 2048,
         "rms_norm_eps": 1e-05, "rope_theta": 10000.0, "tie_word_embeddings": true,
         "hidden_act": "silu", "bos_token_id": 0, "eos_token_id": 1,
         "attention_bias": false, "mlp_bias": false}
        """
                .formatted(hidden, intermediate, layers, hidden / HEAD, HEAD, VOCABULARY);
    }

    private List<Matrix> matrices() {
        var all = new ArrayList<Matrix>();
        all.add(new Matrix("model.embed_tokens.weight", VOCABULARY, hidden));
        for (int i = 0; i < layers; i++) {
            var layer = "model.layers." + i + ".";
            all.add(new Matrix(layer + "input_layernorm.weight", 1, hidden));
            all.add(new Matrix(layer + "self_attn.q_proj.weight", hidden, hidden));
            all.add(new Matrix(layer + "self_attn.k_proj.weight", 2 * HEAD, hidden));
            all.add(new Matrix(layer + "self_attn.v_proj.weight", 2 * HEAD, hidden));
            all.add(new Matrix(layer + "self_attn.o_proj.weight", hidden, hidden));
            all.add(new Matrix(layer + "post_attention_layernorm.weight", 1, hidden));
            all.add(new Matrix(layer + "mlp.gate_proj.weight", intermediate, hidden));
            all.add(new Matrix(layer + "mlp.up_proj.weight", intermediate, hidden));
            all.add(new Matrix(layer + "mlp.down_proj.weight", hidden, intermediate));
        }
        all.add(new Matrix("model.norm.weight", 1, hidden));
        return all;
    }

    private static String header(List<Matrix> matrices) {
        var header = new StringBuilder("{");
        long at = 0;
        for (var matrix : matrices) {
            var shape = matrix.rows() == 1 ? "" : matrix.rows() + ",";
            header.append(at == 0 ? "" : ",")
                    .append(
                            "\"%s\":{\"dtype\":\"BF16\",\"shape\":[%s%d],\"data_offsets\":[%d,%d]}"
                                    .formatted(
                                            matrix.name(),
                                            shape,
                                            matrix.columns(),
                                            at,
                                            at + matrix.bytes()));
            at += matrix.bytes();
        }
        header.append('}');
        return header.append(" ".repeat((8 - header.length() % 8) % 8)).toString();
    }

    /// Gains are 1; the others have a variance that keeps activations of one size.
    private void write(Matrix matrix, SplittableRandom random, DataOutputStream out)
            throws IOException {
        double scale = 1.7 / Math.sqrt(matrix.columns());
        var row = ByteBuffer.allocate(2 * matrix.columns()).order(ByteOrder.LITTLE_ENDIAN);
        for (int r = 0; r < matrix.rows(); r++) {
            row.clear();
            for (int c = 0; c < matrix.columns(); c++) {
                float value =
                        matrix.rows() == 1 ? 1 : (float) (scale * (2 * random.nextDouble() - 1));
                // The upper half of a float is its bfloat16.
                row.putShort((short) (Float.floatToIntBits(value) >>> 16));
            }
            out.write(row.array());
        }
    }
}
