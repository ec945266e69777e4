package dev.mens.formats.safetensors;

import static dev.mens.formats.safetensors.SafeTensorsBytes.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.compute.DType;
import dev.mens.compute.Shape;
import dev.mens.formats.FormatProblem;
import dev.mens.formats.Goldens;
import dev.mens.formats.Problems;
import dev.mens.model.WeightFiles;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MappedWeightFilesTest {
    private final WeightFiles files = new MappedWeightFiles();

    @TempDir Path folder;

    @Test
    void a_single_file_is_mapped() throws IOException {
        try (var weights = files.open(Goldens.path("models/llama3-rope-tied"))) {
            var tensor = weights.tensor("model.norm.weight");
            assertEquals(DType.BF16, tensor.dtype());
            assertEquals(1, tensor.shape().rank());
            assertEquals(tensor.shape().elements() * 2, tensor.data().byteSize());
            assertTrue(tensor.data().isReadOnly());
            assertTrue(weights.find("lm_head.weight").isEmpty());
        }
    }

    @Test
    void shards_are_joined_by_their_index() throws IOException {
        var sharded = Goldens.path("models/llama-sharded");
        var index = ShardIndex.read(sharded.resolve("model.safetensors.index.json"));
        assertTrue(index.shards().size() > 1);
        try (var weights = files.open(sharded)) {
            assertEquals(index.shardOf().keySet(), weights.names());
        }
    }

    @Test
    void the_only_safetensors_file_of_a_folder_is_taken() throws IOException {
        write("weights.safetensors", "{" + entry("a", "U8", "[2]", 0, 2) + "}", 2);
        try (var weights = files.open(folder)) {
            assertEquals(new Shape(2), weights.tensor("a").shape());
        }
    }

    @Test
    void tensors_see_their_own_bytes_and_share_the_mapping() throws IOException {
        var header = "{" + entry("b", "I16", "[2]", 2, 6) + "," + entry("a", "U8", "[2,1]", 0, 2);
        SafeTensorsBytes.write(
                folder.resolve("model.safetensors"),
                (header + "}   ").getBytes(StandardCharsets.UTF_8),
                new byte[] {1, 2, 3, 0, 4, 0});
        try (var weights = files.open(folder)) {
            var a = weights.tensor("a").data();
            var b = weights.tensor("b").data();
            assertEquals(2, a.get(ValueLayout.JAVA_BYTE, 1));
            assertEquals(4, b.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2));
            assertEquals(a.address() + 2, b.address());
        }
    }

    @Test
    void tagged_bytes_are_blocks() throws IOException {
        write(
                "model.safetensors",
                "{\"__metadata__\":{\"mens.dtype:a\":\"Q8_0\"},"
                        + entry("a", "U8", "[3,68]", 0, 204)
                        + "}",
                204);
        try (var weights = files.open(folder)) {
            assertEquals(DType.Q8_0, weights.tensor("a").dtype());
            assertEquals(new Shape(3, 64), weights.tensor("a").shape());
            assertEquals("Q8_0", weights.metadata().get("mens.dtype:a"));
        }
    }

    @Test
    void empty_tensors_and_scalars_are_tensors() throws IOException {
        write(
                "model.safetensors",
                "{"
                        + entry("none", "F32", "[0,7]", 0, 0)
                        + ","
                        + entry("one", "F32", "[]", 0, 4)
                        + "}",
                4);
        try (var weights = files.open(folder)) {
            assertEquals(0, weights.tensor("none").shape().elements());
            assertEquals(1, weights.tensor("one").shape().elements());
        }
    }

    @Test
    void memory_is_gone_after_close_and_closing_twice_is_harmless() throws IOException {
        write("model.safetensors", "{" + entry("a", "U8", "[1]", 0, 1) + "}", 1);
        var weights = files.open(folder);
        var data = weights.tensor("a").data();
        weights.close();
        weights.close();
        assertFalse(data.scope().isAlive());
        assertThrows(IllegalStateException.class, () -> data.get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void a_linked_shard_is_followed() throws IOException {
        var blob = write("blob", "{" + entry("a", "U8", "[1]", 0, 1) + "}", 1);
        var snapshot = Files.createDirectory(folder.resolve("snapshot"));
        Files.createSymbolicLink(snapshot.resolve("s1.safetensors"), blob);
        index(snapshot, "{\"a\":\"s1.safetensors\"}");
        try (var weights = files.open(snapshot)) {
            assertEquals(1, weights.names().size());
        }
    }

    @Test
    void a_shard_outside_the_folder_is_refused() throws IOException {
        for (var name : new String[] {"../s.safetensors", "/etc/passwd", "a/../b", "..", ""}) {
            index(folder, "{\"a\":\"" + name + "\"}");
            Problems.expect(FormatProblem.SHARD_OUTSIDE, () -> files.open(folder).close());
        }
    }

    @Test
    void a_missing_shard_is_named() throws IOException {
        index(folder, "{\"a\":\"s1.safetensors\"}");
        var refusal =
                Problems.expect(FormatProblem.MISSING_SHARD, () -> files.open(folder).close());
        assertTrue(refusal.facts().contains("s1.safetensors"));
    }

    @Test
    void a_tensor_that_its_shard_lacks_is_refused() throws IOException {
        write("s1.safetensors", "{" + entry("a", "U8", "[1]", 0, 1) + "}", 1);
        index(folder, "{\"a\":\"s1.safetensors\",\"b\":\"s1.safetensors\"}");
        Problems.expect(FormatProblem.NOT_IN_SHARD, () -> files.open(folder).close());
    }

    @Test
    void a_tensor_in_two_shards_is_refused() throws IOException {
        write("s1.safetensors", "{" + entry("a", "U8", "[1]", 0, 1) + "}", 1);
        write("s2.safetensors", "{" + entry("a", "U8", "[1]", 0, 1) + "}", 1);
        index(folder, "{\"a\":\"s1.safetensors\",\"b\":\"s2.safetensors\"}");
        Problems.expect(FormatProblem.TENSOR_TWICE, () -> files.open(folder).close());
    }

    @Test
    void an_index_without_a_map_is_refused() throws IOException {
        Files.writeString(folder.resolve("model.safetensors.index.json"), "{\"metadata\":{}}");
        Problems.expect(FormatProblem.BAD_INDEX, () -> files.open(folder).close());
    }

    @Test
    void a_folder_without_weights_or_with_a_choice_is_refused() throws IOException {
        Problems.expect(FormatProblem.NO_WEIGHTS, () -> files.open(folder).close());
        Problems.expect(FormatProblem.NO_WEIGHTS, () -> files.open(folder.resolve("none")).close());
        write("a.safetensors", "{}", 0);
        write("b.safetensors", "{}", 0);
        Problems.expect(FormatProblem.AMBIGUOUS, () -> files.open(folder).close());
    }

    @Test
    void an_absent_tensor_is_a_problem() throws IOException {
        write("model.safetensors", "{}", 0);
        try (var weights = files.open(folder)) {
            Problems.expect(FormatProblem.MISSING_TENSOR, () -> weights.tensor("a"));
        }
    }

    private Path write(String name, String header, int dataBytes) throws IOException {
        return SafeTensorsBytes.write(folder.resolve(name), header, dataBytes);
    }

    private static void index(Path folder, String weightMap) throws IOException {
        Files.writeString(
                folder.resolve("model.safetensors.index.json"),
                "{\"metadata\":{\"total_size\":1},\"weight_map\":" + weightMap + "}");
    }
}
