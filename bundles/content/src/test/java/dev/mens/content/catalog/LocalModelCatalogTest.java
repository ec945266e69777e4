package dev.mens.content.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.compute.DType;
import dev.mens.diagnostics.ProblemException;
import dev.mens.model.Model;
import dev.mens.model.Quantization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalModelCatalogTest {
    private static final String LLAMA =
            """
            {"model_type": "llama", "hidden_size": 192, "num_hidden_layers": 6, "head_dim": 32,
             "num_attention_heads": 6, "num_key_value_heads": 2, "max_position_embeddings": 1024}\
            """;

    @TempDir Path dist;

    private final FakeWeightFiles files =
            new FakeWeightFiles().with("wte", DType.BF16, 10, 4).with("norm", DType.F32, 4);
    private final FakeContentStore store = new FakeContentStore();
    private LocalModelCatalog catalog;

    @BeforeEach
    void install() throws IOException {
        catalog = new LocalModelCatalog(Optional.of(dist), store, files);
        model("models/tinytales", LLAMA);
    }

    @Test
    void nothing_means_the_default_model() throws IOException {
        var model = catalog.resolve("");
        assertEquals("tinytales", model.name());
        assertEquals(dist.resolve("models/tinytales").toRealPath(), model.folder());
        assertEquals(model.folder().toString(), model.id());
    }

    @Test
    void facts_come_from_the_configuration_and_the_headers() throws IOException {
        var facts = catalog.resolve("tinytales").facts();
        assertEquals("llama", facts.family());
        assertEquals(44, facts.parameters());
        assertEquals(96, facts.weightBytes());
        assertEquals(1024, facts.contextTokens());
        assertEquals(6 * 2 * 2 * 32 * 2, facts.keyValueBytesPerToken());
        assertEquals(Quantization.BF16, facts.quantization());
        assertFalse(facts.encoder());
        assertEquals(files.opened, files.closed);
    }

    @Test
    void a_folder_and_every_file_in_it_mean_the_same_model() throws IOException {
        var folder = model("elsewhere/mine", LLAMA);
        assertEquals(catalog.resolve(folder + ""), catalog.resolve(folder + "/config.json"));
        assertEquals("mine", catalog.resolve(folder + "/model.safetensors").name());
    }

    @Test
    void a_bundle_of_the_store_is_found_by_name_and_by_hash() throws IOException {
        var bundle = store.with("mine", model("store/mine", LLAMA));
        var model = catalog.resolve("mine");
        assertEquals(bundle.id().toString(), model.id());
        assertEquals(bundle.folder().toRealPath(), model.folder());
        assertEquals(model, catalog.resolve(bundle.id().shortHex()));
        assertEquals(
                List.of("tinytales", "mine"), catalog.list().stream().map(Model::name).toList());
    }

    @Test
    void a_hash_prefix_that_fits_two_bundles_is_refused() throws IOException {
        store.with("one", model("store/one", LLAMA));
        store.with("two", model("store/two", LLAMA));
        refused("vox/model/ambiguous-reference", "0000");
    }

    @Test
    void a_node_without_a_store_serves_what_is_installed() throws IOException {
        store.missing = true;
        assertEquals("tinytales", catalog.resolve("").name());
        assertEquals(1, catalog.list().size());
        refused("vox/model/no-such-model", "mine");
    }

    @Test
    void a_folder_is_described_again_only_after_it_changed() throws IOException {
        catalog.resolve("");
        catalog.resolve("tinytales");
        assertEquals(1, files.opened);
        model("models/tinytales", LLAMA.replace("1024", "10240"));
        assertEquals(10240, catalog.resolve("").facts().contextTokens());
    }

    @Test
    void an_unknown_architecture_is_described_with_what_it_says() throws IOException {
        model("models/odd", "{\"model_type\": \"mamba9\", \"time_step_limit\": [0.0, Infinity]}");
        var facts = catalog.resolve("odd").facts();
        assertEquals("mamba9", facts.family());
        assertEquals(0, facts.keyValueBytesPerToken());
        assertEquals(2048, facts.contextTokens());
    }

    @Test
    void an_encoder_has_no_cache_and_loses_the_places_before_its_first_position()
            throws IOException {
        model("models/enc", "{\"model_type\": \"xlm-roberta\", \"max_position_embeddings\": 514}");
        var facts = catalog.resolve("enc").facts();
        assertTrue(facts.encoder());
        assertEquals(512, facts.contextTokens());
        assertEquals(0, facts.keyValueBytesPerToken());
    }

    @Test
    void the_language_part_of_a_multimodal_configuration_counts() throws IOException {
        model(
                "models/multi",
                "{\"model_type\": \"gemma3\", \"text_config\":" + LLAMA + ", \"hidden_size\": 7}");
        var facts = catalog.resolve("multi").facts();
        assertEquals("gemma3", facts.family());
        assertEquals(1024, facts.contextTokens());
        assertEquals(1536, facts.keyValueBytesPerToken());
    }

    @Test
    void yarn_stretches_the_context_and_other_scalings_do_not() throws IOException {
        model("models/yarn", scaled("yarn"));
        model("models/llama3", scaled("llama3"));
        assertEquals(4096, catalog.resolve("yarn").facts().contextTokens());
        assertEquals(1024, catalog.resolve("llama3").facts().contextTokens());
    }

    @Test
    void the_commonest_block_format_names_a_quantized_model() throws IOException {
        files.tensors.clear();
        files.with("q", DType.Q4_K, 4, 256)
                .with("v", DType.Q6_K, 2, 256)
                .with("e", DType.F32, 9, 9);
        assertEquals(Quantization.Q4_K_M, catalog.resolve("").facts().quantization());
    }

    @Test
    void the_tag_of_the_file_wins_over_what_its_tensors_look_like() throws IOException {
        files.metadata.put("mens.quantization", "Q4_0");
        assertEquals(Quantization.Q4_0, catalog.resolve("").facts().quantization());
    }

    @Test
    void the_list_leaves_out_what_is_unsound() throws IOException {
        model("models/broken", "{");
        model("models/another", LLAMA);
        assertEquals(
                List.of("another", "tinytales"), catalog.list().stream().map(Model::name).toList());
    }

    @Test
    void a_name_that_does_not_exist_is_answered_with_near_ones() {
        var problem = refused("vox/model/no-such-model", "tinytale");
        assertTrue(problem.facts().contains("did you mean tinytales?"), problem.facts());
    }

    @Test
    void a_file_or_folder_where_the_node_runs_is_no_model_by_its_bare_name() {
        assertTrue(Files.exists(Path.of("pom.xml")) && Files.exists(Path.of("src")));
        refused("vox/model/no-such-model", "pom.xml");
        refused("vox/model/no-such-model", "src");
    }

    @Test
    void what_is_no_model_folder_is_refused_with_the_reason() throws IOException {
        refused("vox/model/no-such-model", "/nowhere/at/all");
        refused("vox/model/no-such-model", "a\0b");
        refused("vox/model/no-such-model", "../models/tinytales");
        refused("vox/model/no-config", Files.createDirectory(dist.resolve("bare")).toString());
        refused("vox/model/not-a-model", Files.createFile(dist.resolve("x.gguf")).toString());
        refused("vox/model/bad-config", model("a", "{\"model_type\": \"llama\"").toString());
        refused("vox/model/bad-config", model("b", "[1, 2]").toString());
        refused("vox/model/bad-config", model("c", "").toString());
        refused("vox/model/bad-config", model("d", "[".repeat(100_000)).toString());
    }

    @Test
    void absurd_numbers_are_refused_before_anybody_multiplies_them() throws IOException {
        for (var number : new String[] {"-1", "1e300", "0.5", "\"6\"", "NaN", "9".repeat(900)}) {
            var config = "{\"model_type\": \"llama\", \"num_hidden_layers\": " + number + "}";
            refused("vox/model/absurd-number", model("n", config).toString());
        }
    }

    @Test
    void a_configuration_must_be_utf8() throws IOException {
        var folder = model("latin", LLAMA);
        var bytes = "{\"model_type\": \"é\"}".getBytes(StandardCharsets.ISO_8859_1);
        Files.write(folder.resolve("config.json"), bytes);
        refused("vox/model/not-utf8", folder.toString());
    }

    @Test
    void weights_and_tokenizer_must_both_be_there() throws IOException {
        var folder = model("half", LLAMA);
        Files.delete(folder.resolve("model.safetensors"));
        Files.createFile(folder.resolve("pytorch_model.bin"));
        var problem = refused("vox/model/no-weights", folder.toString());
        assertTrue(problem.facts().contains("pytorch_model.bin"), problem.facts());
        Files.delete(folder.resolve("tokenizer.json"));
        refused("vox/model/no-tokenizer", folder.toString());
    }

    @Test
    void an_installation_without_models_says_so() {
        catalog = new LocalModelCatalog(Optional.empty(), store, files);
        refused("vox/model/no-default", "");
    }

    @Property(tries = 300)
    void any_bytes_are_a_configuration_or_a_problem(@ForAll @Size(max = 200) byte[] bytes) {
        try {
            assertFalse(ConfigFile.parse(Path.of("config.json"), bytes).family().isEmpty());
        } catch (ProblemException refused) {
            assertTrue(refused.problem().id().startsWith("vox/model/"));
        }
    }

    private ProblemException refused(String id, String reference) {
        var problem = assertThrows(ProblemException.class, () -> catalog.resolve(reference));
        assertEquals(id, problem.problem().id());
        return problem;
    }

    private Path model(String name, String config) throws IOException {
        var folder = Files.createDirectories(dist.resolve(name));
        Files.writeString(folder.resolve("config.json"), config);
        Files.writeString(folder.resolve("tokenizer.json"), "{}");
        Files.write(folder.resolve("model.safetensors"), new byte[8]);
        return folder;
    }

    private static String scaled(String type) {
        return LLAMA.replace(
                "\"model_type\"",
                "\"rope_scaling\": {\"factor\": 4.0, \"original_max_position_embeddings\": 1024,"
                        + " \"rope_type\": \""
                        + type
                        + "\"}, \"model_type\"");
    }
}
