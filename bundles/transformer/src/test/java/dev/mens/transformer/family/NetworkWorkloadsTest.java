package dev.mens.transformer.family;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NetworkWorkloadsTest {
    /// Of one layer: query, key, value and output, then gate, up and down.
    private static final long LAYER = (8 + 4 + 4 + 8) * 8 + 3 * 12 * 8;

    @TempDir Path folder;

    @Test
    void a_token_passes_every_layer_and_the_head_but_reads_one_embedding() throws IOException {
        var workload =
                NetworkWorkloads.of(Folders.network(folder, Folders.CONFIG, Folders.llama()));
        assertEquals(2 * 2 * LAYER, workload.flopsPerPromptToken());
        assertEquals(2 * (2 * LAYER + 10 * 8), workload.flopsPerToken());
        assertEquals(4 * (2 * LAYER + 10 * 8), workload.bytesPerToken());
        assertEquals(10, workload.vocabulary());
        assertEquals(64, workload.contextTokens());
    }

    @Test
    void of_experts_only_the_chosen_count() throws IOException {
        var weights = Folders.llama();
        for (int layer = 0; layer < 2; layer++) {
            var at = "model.layers." + layer + ".block_sparse_moe.";
            weights.put(at + "gate.weight", 4, 8);
            for (int expert = 0; expert < 4; expert++) {
                weights.put(at + "experts." + expert + ".w1.weight", 12, 8);
                weights.put(at + "experts." + expert + ".w3.weight", 12, 8);
                weights.put(at + "experts." + expert + ".w2.weight", 8, 12);
            }
        }
        var config =
                Folders.CONFIG.replace(
                        "\"llama\"",
                        "\"mixtral\", \"num_local_experts\": 4, \"num_experts_per_tok\": 2");
        var workload = NetworkWorkloads.of(Folders.network(folder, config, weights));
        long attention = (8 + 4 + 4 + 8) * 8;
        long router = 4 * 8;
        assertEquals(2 * 2 * (attention + router + 2 * 3 * 12 * 8), workload.flopsPerPromptToken());
    }
}
