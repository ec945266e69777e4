package dev.mens.itests.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.mens.compute.Elements;
import dev.mens.formats.convert.FileTensor;
import dev.mens.formats.convert.TensorSource;
import dev.mens.formats.gguf.GgufFile;
import dev.mens.formats.gguf.GgufReader;
import dev.mens.formats.importer.FormatImporter;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenEvent;
import dev.mens.model.ImportOptions;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// GGUF that llama.cpp wrote. The large ones are only in the full folder (`-Dmens.golden`).
final class ImportGoldenTest {
    private static final Path GGUF = Goldens.folder().resolve("import/gguf");
    private static final int CONTEXT = 1024;

    @TempDir static Path temporary;

    @TestFactory
    Stream<? extends DynamicNode> every_tensor_dequantizes_to_its_hash() {
        var files = Goldens.children(GGUF, file -> file.toString().endsWith(".gguf"));
        if (files.isEmpty()) {
            return Goldens.absent("import/gguf");
        }
        var expected = Goldens.json(GGUF.resolve("dequant.json"));
        return files.stream()
                .map(
                        file -> {
                            var name = file.getFileName().toString();
                            return dynamicTest(name, () -> hashes(file, expected.get(name)));
                        });
    }

    private static void hashes(Path file, JsonNode expected) throws Exception {
        try (var channel = FileChannel.open(file)) {
            var tensors = GgufReader.read(channel, file.getFileName().toString()).tensors();
            assertEquals(expected.size(), tensors.size());
            for (var tensor : tensors) {
                var one = expected.get(tensor.name());
                assertEquals(one.get("type").asString(), tensor.dtype().name(), tensor.name());
                assertEquals(
                        one.get("sha256_f32le").asString(), hash(tensor, channel), tensor.name());
            }
        }
    }

    /// Piece by piece, as an import reads.
    private static String hash(GgufFile.Entry tensor, FileChannel channel) throws Exception {
        var source = new FileTensor(tensor.dtype(), tensor.shape(), channel, tensor.offset());
        var digest = MessageDigest.getInstance("SHA-256");
        long elements = tensor.shape().elements();
        for (long first = 0; first < elements; first += TensorSource.PIECE) {
            int count = (int) Math.min(TensorSource.PIECE, elements - first);
            try (var arena = Arena.ofConfined()) {
                var stored = arena.allocate(tensor.dtype().bytes(count));
                source.read(first, count, stored);
                var values = new float[count];
                Elements.read(tensor.dtype(), stored, 0, count, values, 0);
                var bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(values);
                digest.update(bytes);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @TestFactory
    Stream<? extends DynamicNode> tinytales_as_bf16_tells_the_same_stories() {
        return tinytales("tinytales-bf16.gguf", ImportGoldenTest::stories);
    }

    @TestFactory
    Stream<? extends DynamicNode> tinytales_as_q8_0_nearly_agrees() {
        return tinytales("tinytales-q8_0.gguf", ImportGoldenTest::agreement);
    }

    private interface Check {
        void on(ModelUnderTest model, List<JsonNode> cases) throws Exception;
    }

    private static Stream<? extends DynamicNode> tinytales(String name, Check check) {
        var original = Goldens.tinytales();
        if (original.isEmpty() || !Files.exists(GGUF.resolve(name))) {
            return Goldens.absent(name);
        }
        return Stream.<DynamicTest>of(
                dynamicTest(
                        name,
                        () -> {
                            var folder = Files.createDirectory(temporary.resolve(name));
                            new FormatImporter()
                                    .read(
                                            GGUF.resolve(name),
                                            folder,
                                            ImportOptions.AS_IT_IS,
                                            (_, _, _) -> {});
                            try (var model = new ModelUnderTest(folder, CONTEXT)) {
                                var cases = Goldens.golden(original.get()).path("cases");
                                check.on(model, Goldens.stream(cases).toList());
                            }
                        }));
    }

    private static void stories(ModelUnderTest model, List<JsonNode> cases) throws Exception {
        for (var one : cases) {
            var prompt = Prompt.of(one.path("prompt").stringValue());
            var said = model.stream(prompt, SamplingParams.defaults());
            var tokens = Goldens.integers(one.path("greedy"));
            assertEquals(tokens.subList(0, tokens.size() - 1), said.ids());
            assertEquals(TokenEvent.Reason.END_TOKEN, said.reason());
        }
    }

    /// Teacher-forced: each token of the golden is predicted from the golden's before it.
    private static void agreement(ModelUnderTest model, List<JsonNode> cases) throws Exception {
        int agreed = 0;
        int all = 0;
        for (var one : cases) {
            var prompt = Goldens.ints(one.path("ids"));
            var greedy = Goldens.ints(one.path("greedy"));
            var ids = IntStream.concat(IntStream.of(prompt), IntStream.of(greedy)).toArray();
            var logits = model.logits(ids);
            for (int i = 0; i < greedy.length; i++) {
                int row = (prompt.length - 1 + i) * model.vocabulary();
                agreed += likeliest(logits, row, model.vocabulary()) == greedy[i] ? 1 : 0;
                all++;
            }
        }
        double share = (double) agreed / all;
        assertTrue(share >= 0.95, () -> "only " + share);
    }

    private static int likeliest(float[] logits, int from, int count) {
        int best = 0;
        for (int id = 1; id < count; id++) {
            best = logits[from + id] > logits[from + best] ? id : best;
        }
        return best;
    }
}
