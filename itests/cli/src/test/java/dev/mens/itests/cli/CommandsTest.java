package dev.mens.itests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

/// Every command on one running node.
final class CommandsTest {
    private static final Path GOLDEN = Path.of("../golden/data").toAbsolutePath().normalize();
    private static final String[] GREEDY = {"predict", "-t", "0", "-n", "12"};

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
    void a_prompt_is_continued_the_same_way_from_argument_and_input() throws Exception {
        var typed = vox.run("predict", "-t", "0", "-n", "12", "Once upon a time").expect(0);
        assertTrue(typed.out().strip().length() > 10, typed.out());
        assertEquals("", typed.err());
        var piped = vox.runWith(utf8("Once upon a time\n"), GREEDY).expect(0);
        assertEquals(typed.out(), piped.out());
    }

    @Test
    void json_holds_text_reason_usage_and_alternatives() throws Exception {
        var json = json("predict", "--json", "-t", "0", "-n", "3", "--logprobs", "2", "Once upon");
        assertEquals("tinytales", json.get("model").asString());
        assertEquals("MAX_TOKENS", json.get("reason").asString());
        assertEquals(3, json.get("usage").get("generatedTokens").asInt());
        assertEquals(2, json.get("tokens").get(0).get("alternatives").size());
        assertTrue(
                json("backend", "ls", "--json")
                        .valueStream()
                        .anyMatch(row -> row.get("id").asString().equals("cpu")));
        assertEquals(home(), json("node", "status", "--json").get("home").asString());
        assertEquals("0.1.0", json("version", "--json").get("mens").asString());
    }

    @Test
    void the_policy_is_opened_in_the_callers_editor_and_checked_afterwards() throws Exception {
        var file = folder.resolve("home/etc/donations.vox").toString();
        assertEquals(file, edit("").expect(0).out().strip());
        assertTrue(edit("").err().contains("EDITOR"));
        assertTrue(edit("true").expect(0).out().contains("sound"));
        assertTrue(edit("echo opened").expect(0).out().contains("opened " + file));
        var spoilt = edit("echo let cuda_tier = = 1 >> \"$1\"; true").expect(3);
        assertEquals(2, spoilt.out().split("expected true, false", -1).length, spoilt.out());
        assertTrue(edit("false").expect(1).err().contains("ended with 1"));
        Files.delete(Path.of(file));
    }

    private static Vox.Result edit(String editor) throws Exception {
        var vox = Vox.binary().toString();
        return CommandsTest.vox.runAll(
                new byte[0], List.of("env", "VISUAL=", "EDITOR=" + editor, vox, "policy", "edit"));
    }

    @Test
    void equal_seeds_give_equal_texts() throws Exception {
        var first = vox.run("predict", "-t", "1", "-s", "7", "-n", "20", "A fox").expect(0);
        var second = vox.run("predict", "-t", "1", "-s", "7", "-n", "20", "A fox").expect(0);
        assertEquals(first.out(), second.out());
    }

    @Test
    void a_stop_string_ends_the_text_and_is_not_printed() throws Exception {
        var out = vox.run("predict", "-t", "0", "--stop", ".", "Once upon a time").expect(0).out();
        assertFalse(out.contains("."), out);
    }

    @Test
    void a_conversation_takes_turns() throws Exception {
        var chat =
                vox.runWith(
                                utf8("Tell me a story about an owl.\nAnd another.\n/exit\nnever\n"),
                                "chat",
                                "--json",
                                "-t",
                                "0",
                                "-n",
                                "8")
                        .expect(0);
        var turns = JsonMapper.shared().readTree(chat.out());
        assertEquals(4, turns.size());
        assertEquals("assistant", turns.get(3).get("role").asString());
    }

    @Test
    void the_shell_runs_what_vox_runs() throws Exception {
        var shell = vox.runWith(utf8("backend ls\nvox backend ls\n"), "shell").expect(0);
        var direct = vox.run("backend", "ls").expect(0);
        assertEquals(direct.out() + direct.out(), shell.out());
    }

    @Test
    void a_bench_says_how_fast_on_what_and_of_which_limits() throws Exception {
        var report = json("bench", "--json", "-p", "32", "-n", "8", "-s", "2", "-r", "2");
        assertEquals("cpu", report.get("backend").asString());
        assertTrue(report.get("kernels").asString().startsWith("cpu/"));
        assertTrue(report.get("limits").get("bytesPerSecond").asDouble() > 0);
        assertEquals(3, report.get("measurements").size());
        for (var measured : report.get("measurements")) {
            assertTrue(measured.get("tokensPerSecond").asDouble() > 0);
            assertEquals(2, measured.get("repetitions").size());
        }
        var table = vox.run("bench", "-p", "8", "-n", "4", "-s", "1", "-r", "1", "-t", "1");
        assertTrue(table.expect(0).out().contains("TOKENS PER SECOND"), table.out());
        vox.run("bench", "-k", "none").expectBadInput("vox/bench/no-such-kernels");
        vox.run("bench", "-p", "5000").expectBadInput("vox/bench/too-long");
    }

    @Test
    void help_names_every_command_and_every_command_has_help() throws Exception {
        var help = vox.run("--help").expect(0).out();
        assertEquals(help, vox.run().expect(0).out());
        for (var command :
                List.of("predict", "bench", "chat", "embed", "doctor", "explain", "version")) {
            assertTrue(help.contains("  " + command + " "), help);
            var own = vox.run(command, "--help").expect(0).out();
            assertTrue(own.startsWith("usage: vox " + command), own);
        }
    }

    @Test
    void an_import_is_an_entry_of_the_log_which_verifies() throws Exception {
        json("model", "ls", "--json");
        var rows = json("log", "ls", "--json");
        var row = rows.get(0);
        assertEquals("bundle-imported", row.get("kind").asString());
        var entry = json("log", "show", "--json", row.get("id").asString());
        assertEquals("tinytales", entry.get("op").get("name").asString());
        assertEquals(128, entry.get("signature").asString().length());
        var verified = json("log", "verify", "--json");
        assertEquals(0, verified.get("faults").size());
        assertEquals(rows.size(), verified.get("entries").asInt());
        var exported = vox.run("log", "export").expect(0).out().lines().toList();
        assertEquals(rows.size(), exported.size());
        assertEquals(entry, JsonMapper.shared().readTree(exported.getFirst()));
        var tail = vox.run("log", "tail", "-n", "1", "--json").expect(0).out();
        assertEquals(exported.getLast(), tail.strip());
        var file = folder.resolve("exported").toString();
        assertEquals(file, vox.run("log", "export", file).expect(0).out().strip());
        assertEquals(exported, Files.readAllLines(Path.of(file)));
        vox.run("log", "export", file).expectBadInput("vox/shell/cannot-create");
        vox.run("log", "export", file + "/in/it").expectBadInput("vox/shell/cannot-create");
        vox.run("log", "show", "no hash").expectBadInput("vox/oplog/bad-id");
        vox.run("log", "show", "0000000000").expectBadInput("vox/oplog/no-such-entry");
    }

    @Test
    void what_is_mistyped_is_named_with_what_was_meant() throws Exception {
        var command = vox.run("prdict", "x").expectBadInput("vox/shell/unknown-command");
        assertTrue(command.err().contains("did you mean predict?"), command.err());
        var option = vox.run("predict", "--tempratur", "1", "x");
        option.expectBadInput("vox/shell/unknown-option");
        assertTrue(option.err().contains("did you mean --temperature?"), option.err());
        vox.run("predict", "-n", "few", "x").expectBadInput("vox/shell/bad-value");
        vox.run("predict", "-t", "-1", "x").expectBadInput("vox/inference/bad-sampling");
        vox.run("explain", "vox/no/such").expectBadInput("vox/shell/unknown-diagnostic");
        vox.run("explain", "vox/shell/unknown-command").expect(0);
    }

    @Test
    void text_that_is_not_utf8_is_refused() throws Exception {
        var bytes = new byte[] {'a', (byte) 0xff};
        vox.runWith(bytes, "predict").expectBadInput("vox/shell/input-not-utf8");
        var script = "exec \"$0\" predict \"$(printf 'a\\377')\"";
        vox.runAll(new byte[0], List.of("/bin/sh", "-c", script, Vox.binary().toString()))
                .expectBadInput("vox/node/argument-not-utf8");
    }

    @Test
    void a_prompt_longer_than_the_context_is_refused() throws Exception {
        vox.runWith(utf8("word ".repeat(5000)), "predict")
                .expectBadInput("vox/inference/context-overflow");
    }

    @Test
    void the_doctor_is_content_and_knows_whether_a_model_runs() throws Exception {
        vox.run("doctor").expect(0);
        var model = vox.run("doctor", "--model", Vox.model("tinytales").toString()).expect(0);
        assertTrue(model.out().contains("llama"), model.out());
        vox.run("doctor", "--model", "./nothing").expect(3);
    }

    @TestFactory
    Stream<DynamicTest> hostile_weights_are_refused() throws IOException {
        try (var files = Files.list(GOLDEN.resolve("import/hostile"))) {
            var hostile =
                    files.filter(f -> f.getFileName().toString().startsWith("st-"))
                            .sorted()
                            .toList();
            assertFalse(hostile.isEmpty());
            return hostile.stream()
                    .map(
                            file ->
                                    DynamicTest.dynamicTest(
                                            file.getFileName().toString(), () -> refuse(file)));
        }
    }

    private static void refuse(Path weights) throws Exception {
        var model = copyOf(weights.getFileName().toString());
        Files.delete(model.resolve("model.safetensors"));
        Files.copy(weights, model.resolve("model.safetensors"));
        vox.run("predict", "--model", model.toString(), "x").expectBadInput("vox/");
    }

    @Test
    void a_model_without_tokenizer_is_refused() throws Exception {
        var model = copyOf("no-tokenizer");
        Files.delete(model.resolve("tokenizer.json"));
        vox.run("predict", "--model", model.toString(), "x")
                .expectBadInput("vox/model/no-tokenizer");
    }

    @Test
    void an_unknown_family_is_refused() throws Exception {
        var model = copyOf("unknown-family");
        var config = Files.readString(model.resolve("config.json"));
        Files.writeString(
                model.resolve("config.json"),
                config.replace("\"llama\"", "\"zebra\"").replace("Llama", "Zebra"));
        vox.run("predict", "--model", model.toString(), "x")
                .expectBadInput("vox/inference/no-backend");
    }

    @Test
    void weights_that_are_not_numbers_are_refused() throws Exception {
        var model = copyOf("nan");
        var file = model.resolve("model.safetensors");
        var bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 8 + (int) bytes.getLong(0); at + 1 < bytes.capacity(); at += 2) {
            bytes.putShort(at, (short) 0x7fc0);
        }
        Files.write(file, bytes.array());
        vox.run("predict", "--model", model.toString(), "x")
                .expectBadInput("vox/inference/not-finite");
    }

    private static Path copyOf(String name) throws IOException {
        var copy = Files.createDirectories(folder.resolve("models").resolve(name));
        try (var files = Files.list(Vox.model("tinytales"))) {
            for (var file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    private static JsonNode json(String... arguments) throws Exception {
        return JsonMapper.shared().readTree(vox.run(arguments).expect(0).out());
    }

    private static String home() {
        return folder.resolve("home").toString();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
