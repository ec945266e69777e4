package dev.mens.itests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `vox model` on one running node, with good and with bad input.
final class ModelCommandsTest {
    private static final Path IMPORTS =
            Path.of("../golden/data/import").toAbsolutePath().normalize();
    private static final Path TINYTALES = Vox.model("tinytales");

    @TempDir static Path folder;

    private static Vox vox;
    private static Vox.Node node;

    @BeforeAll
    static void startNode() throws IOException {
        vox = new Vox(folder.resolve("home"));
        node = vox.node();
    }

    @AfterAll
    static void stopNode() {
        node.close();
    }

    @Test
    void the_default_model_is_listed_with_who_can_serve_it() throws Exception {
        var row = row("tinytales");
        assertEquals("llama", row.get("family").asString());
        assertEquals("BF16", row.get("quantization").asString());
        assertEquals("cpu", row.get("backends").get(0).asString());
        assertTrue(row.get("provenance").asString().startsWith("huggingface"));
        assertTrue(vox.run("model", "ls").expect(0).out().contains("tinytales"));
    }

    @Test
    void an_import_prints_the_hash_of_the_weights_and_last_that_of_the_bundle() throws Exception {
        var made = json("model", "import", "--json", "--name", "tinytales", TINYTALES.toString());
        var digest = MessageDigest.getInstance("SHA3-512");
        digest.update(Files.readAllBytes(TINYTALES.resolve("model.safetensors")));
        assertEquals(
                HexFormat.of().formatHex(digest.digest()), made.get("weights_hash").asString());
        var hash = made.get("bundle_hash").asString();
        assertEquals(
                hash, json("model", "show", "--json", "tinytales").get("bundle_hash").asString());
        var text = vox.run("model", "import", TINYTALES.toString()).expect(0).out();
        assertTrue(text.strip().endsWith(hash), text);
    }

    @Test
    void a_second_node_gives_the_same_hash() throws Exception {
        var other = new Vox(folder.resolve("second"));
        try (var _ = other.node()) {
            var there = other.run("model", "show", "--json", "tinytales").expect(0).out();
            assertEquals(
                    json("model", "show", "--json", "tinytales").get("bundle_hash"),
                    JsonMapper.shared().readTree(there).get("bundle_hash"));
        }
    }

    @Test
    void a_gguf_is_imported_and_generates() throws Exception {
        var gguf = IMPORTS.resolve("gguf/llama256-q4_k_m.gguf");
        var made = vox.run("model", "import", "-n", "mixed", gguf.toString()).expect(0);
        assertTrue(made.err().contains("note: "), made.err());
        var shown = json("model", "show", "--json", "mixed");
        assertEquals("Q4_K_M", shown.get("quantization").asString());
        assertEquals("gguf", shown.get("provenance").get("source_format").asString());
        vox.run("predict", "--model", "mixed", "-t", "0", "-n", "3", "Once").expect(0);
    }

    @Test
    void a_pytorch_checkpoint_is_imported_with_the_files_beside_it() throws Exception {
        var source = Files.createDirectory(folder.resolve("checkpoint"));
        for (var name : List.of("config.json", "tokenizer.json")) {
            Files.copy(
                    IMPORTS.resolve("../models/llama3-rope-tied").resolve(name),
                    source.resolve(name));
        }
        Files.copy(
                IMPORTS.resolve("pickle/llama3-rope-tied.zip.bin"),
                source.resolve("pytorch_model.bin"));
        vox.run("model", "import", "--name", "converted", source.toString()).expect(0);
        assertEquals("llama", row("converted").get("family").asString());
        vox.run("predict", "--model", "converted", "-t", "0", "-n", "3", "Once").expect(0);
    }

    @Test
    void a_model_is_quantized_exported_and_imported_to_the_same_hash() throws Exception {
        var made = json("model", "quantize", "--json", "tinytales", "q8_0");
        assertEquals("Q8_0", made.get("quantization").asString());
        assertEquals("tinytales-q8_0", made.get("names").get(0).asString());
        var target = folder.resolve("exported");
        vox.run("model", "export", "tinytales-q8_0", target.toString()).expect(0);
        var again = json("model", "import", "--json", target.toString());
        assertEquals(made.get("bundle_hash"), again.get("bundle_hash"));
        vox.run("model", "export", "tinytales", target.toString())
                .expectBadInput("vox/store/not-empty");
    }

    @Test
    void a_model_of_four_bits_by_levels_tells_a_story() throws Exception {
        var made = json("model", "quantize", "--json", "tinytales", "nf4");
        assertEquals("NF4", made.get("quantization").asString());
        var told =
                vox.run("predict", "--model", "tinytales-nf4", "-t", "0", "-n", "8", "Once upon");
        told.expect(0);
        assertTrue(told.out().startsWith(" a time"), told.out());
    }

    @Test
    void of_a_model_with_two_names_only_the_given_one_goes() throws Exception {
        var gguf = IMPORTS.resolve("gguf/llama256-q2_k.gguf").toString();
        vox.run("model", "import", "--name", "short", gguf).expect(0);
        vox.run("model", "import", "--name", "brief", gguf).expect(0);
        assertEquals(row("brief"), row("short"));
        vox.run("model", "rm", "short").expect(0);
        vox.run("model", "show", "short").expectBadInput("vox/store/no-such-bundle");
        vox.run("model", "rm", "brief").expect(0);
        assertEquals(0, json("model", "gc", "--json").get("freedBytes").asInt());
    }

    @Test
    void a_removed_model_is_gone_and_nothing_is_left_of_it() throws Exception {
        var gguf = IMPORTS.resolve("gguf/llama256-q2_k.gguf");
        vox.run("model", "import", "--name", "brief", gguf.toString()).expect(0);
        var hash = row("brief").get("hash").asString();
        vox.run("model", "rm", hash).expect(0);
        vox.run("model", "show", "brief").expectBadInput("vox/store/no-such-bundle");
        assertEquals(0, json("model", "gc", "--json").get("freedBytes").asInt());
        vox.run("model", "verify", "--all").expect(0);
    }

    @Test
    void damage_is_found_named_and_healed_by_importing_again() throws Exception {
        var source = Files.createDirectory(folder.resolve("damaged"));
        for (var name : List.of("config.json", "tokenizer.json", "model.safetensors")) {
            Files.copy(TINYTALES.resolve(name), source.resolve(name));
        }
        flipLastByte(source.resolve("model.safetensors"));
        vox.run("model", "import", source.toString()).expect(0);
        flipLastByte(source.resolve("model.safetensors"));
        var found = vox.run("model", "verify", "damaged").expect(1);
        assertTrue((found.out() + found.err()).contains("model.safetensors"), found.out());
        flipLastByte(source.resolve("model.safetensors"));
        vox.run("model", "verify", "damaged").expect(0);
    }

    @Test
    void what_is_missing_is_said_of_the_folder_that_the_user_named() throws Exception {
        var source = Files.createDirectory(folder.resolve("incomplete"));
        Files.copy(TINYTALES.resolve("model.safetensors"), source.resolve("model.safetensors"));
        refused("vox/model/no-config", source);
        Files.writeString(source.resolve("config.json"), "{\"model_type\": ");
        refused("vox/model/bad-config", source);
        Files.copy(
                TINYTALES.resolve("config.json"),
                source.resolve("config.json"),
                StandardCopyOption.REPLACE_EXISTING);
        refused("vox/model/no-tokenizer", source);
        Files.writeString(source.resolve("tokenizer.json"), "{\"model\": {\"type\": \"BPE\"}}");
        refused("vox/tokenizer/", source);
    }

    private static void refused(String problem, Path source) throws Exception {
        var result = vox.run("model", "import", source.toString()).expectBadInput(problem);
        assertFalse(result.err().contains("staging"), result.err());
        if (problem.startsWith("vox/model/")) {
            assertTrue(result.err().contains(source.toString()), result.err());
        }
    }

    @Test
    void bad_arguments_are_refused() throws Exception {
        vox.run("model", "import", "./nothing").expectBadInput("vox/store/no-source");
        vox.run("model", "import", "--quantize", "q9", TINYTALES.toString())
                .expectBadInput("vox/shell/bad-value");
        vox.run("model", "import", "--quantize", "q2_k", TINYTALES.toString())
                .expectBadInput("vox/format/no-recipe");
        vox.run("model", "import", "--name", "../x", TINYTALES.toString())
                .expectBadInput("vox/store/bad-name");
        vox.run("model", "show", "tinytale").expectBadInput("vox/store/no-such-bundle");
        vox.run("model", "rm", "nothing").expectBadInput("vox/store/no-such-bundle");
        vox.run("model", "verify", "nothing").expectBadInput("vox/store/no-such-bundle");
        vox.run("model", "quantize", "tinytales", "f16").expectBadInput("vox/format/no-recipe");
        vox.run("model", "export", "nothing", folder.resolve("x").toString())
                .expectBadInput("vox/store/no-such-bundle");
        assertTrue(vox.run("model", "ls").expect(0).out().contains("tinytales"));
    }

    @TestFactory
    Stream<DynamicTest> hostile_files_are_refused_quickly_and_leave_nothing() throws IOException {
        try (var files = Files.list(IMPORTS.resolve("hostile"))) {
            return files.sorted().toList().stream()
                    .map(
                            file ->
                                    DynamicTest.dynamicTest(
                                            file.getFileName().toString(), () -> refuse(file)));
        }
    }

    private static void refuse(Path file) throws Exception {
        assertTimeout(
                Duration.ofSeconds(5),
                () -> vox.run("model", "import", file.toString()).expectBadInput("vox/format/"));
        try (var left = Files.list(vox.home().resolve("store/staging"))) {
            assertEquals(
                    List.of("locks"), left.map(path -> path.getFileName().toString()).toList());
        }
    }

    private static JsonNode row(String name) throws Exception {
        for (var row : json("model", "ls", "--json")) {
            for (var one : row.get("names")) {
                if (one.asString().equals(name)) {
                    return row;
                }
            }
        }
        throw new AssertionError("no " + name);
    }

    private static JsonNode json(String... arguments) throws Exception {
        return JsonMapper.shared().readTree(vox.run(arguments).expect(0).out());
    }

    private static void flipLastByte(Path file) throws IOException {
        try (var access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(access.length() - 1);
            int last = access.read();
            access.seek(access.length() - 1);
            access.write(last ^ 1);
        }
    }
}
