package dev.mens.content.manifest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.content.ContentId;
import dev.mens.content.Manifest;
import dev.mens.content.ModelBundle;
import dev.mens.content.Provenance;
import dev.mens.content.StoredFile;
import dev.mens.content.WeightFormat;
import dev.mens.crypto.ChunkTree;
import dev.mens.crypto.hashes.Hashes;
import dev.mens.diagnostics.ProblemException;
import dev.mens.model.Quantization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ManifestCodecTest {
    private final Hashes hashes = new Hashes();

    @Test
    void a_manifest_has_the_bytes_that_it_always_had() throws IOException {
        var golden = Path.of("src/test/resources/manifest.hex");
        var text = Files.readString(golden).replaceAll("\\s", "");
        assertEquals(text, HexFormat.of().formatHex(ManifestCodec.encode(single())));
    }

    @Test
    void what_is_written_is_read() {
        for (var manifest : List.of(single(), sharded())) {
            var bytes = ManifestCodec.encode(manifest);
            assertEquals(manifest, ManifestCodec.decode(bytes));
            assertTrue(BundleHashes.follow(manifest, hashes));
        }
    }

    @Test
    void the_bundle_hash_is_the_hash_of_the_three_sorted_and_joined() {
        var bundle = single().bundle();
        var parts = new ArrayList<>(List.of(bundle.weights(), bundle.tokenizer(), bundle.config()));
        parts.sort(null);
        var joined = new java.io.ByteArrayOutputStream();
        parts.forEach(part -> joined.writeBytes(part.bytes()));
        assertEquals(new ContentId(hashes.sha3(joined.toByteArray())), bundle.bundle());
        assertEquals(id("model.safetensors"), bundle.weights());
        assertEquals(id("tokenizer.json"), bundle.tokenizer());
    }

    @Test
    void every_file_counts_for_the_bundle_hash_and_the_provenance_does_not() {
        var names = List.of("config.json", "model.safetensors", "tokenizer.json", "extra.json");
        var all = bundle(names);
        assertNotEquals(all.bundle(), bundle(names.subList(0, 3)).bundle());
        assertEquals(all, single("extra.json", Instant.EPOCH).bundle());
        assertEquals(all, single("extra.json", Instant.ofEpochSecond(99)).bundle());
    }

    @Test
    void weights_without_their_tokenizer_or_configuration_are_no_bundle() {
        for (var missing : List.of("config.json", "model.safetensors", "tokenizer.json")) {
            var names =
                    new ArrayList<>(List.of("config.json", "model.safetensors", "tokenizer.json"));
            names.remove(missing);
            var problem = assertThrows(ProblemException.class, () -> bundle(names));
            assertEquals("vox/store/incomplete", problem.problem().id());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../x",
                "/x",
                "a/../b",
                "a//b",
                "a\\b",
                "c:x",
                "",
                ".",
                "a\0b",
                "a/b/c/d/e/f/g/h/i"
            })
    void a_path_that_could_leave_its_folder_is_refused(String path) {
        var problem = assertThrows(ProblemException.class, () -> file(path));
        assertEquals("vox/store/bad-path", problem.problem().id());
    }

    @Property(tries = 500)
    void arbitrary_bytes_are_refused_or_canonical(@ForAll @Size(max = 300) byte[] bytes) {
        refusedOrCanonical(bytes);
    }

    @Property(tries = 2000)
    void a_manifest_with_a_changed_byte_is_refused_or_canonical(
            @ForAll @IntRange(max = 4000) int at, @ForAll byte value, @ForAll boolean cut) {
        var bytes = ManifestCodec.encode(sharded());
        bytes[at % bytes.length] = value;
        refusedOrCanonical(cut ? java.util.Arrays.copyOf(bytes, at % bytes.length) : bytes);
    }

    private static void refusedOrCanonical(byte[] bytes) {
        Manifest manifest;
        try {
            manifest = ManifestCodec.decode(bytes);
        } catch (ProblemException refused) {
            assertTrue(refused.problem().id().startsWith("vox/"));
            return;
        }
        assertArrayEquals(bytes, ManifestCodec.encode(manifest));
    }

    private Manifest single() {
        return single("generation_config.json", Instant.ofEpochSecond(1_800_000_000));
    }

    private Manifest single(String extra, Instant at) {
        return manifest(List.of("config.json", extra, "model.safetensors", "tokenizer.json"), at);
    }

    private Manifest sharded() {
        return manifest(
                List.of(
                        "config.json",
                        "model-00001-of-00003.safetensors",
                        "model-00002-of-00003.safetensors",
                        "model-00003-of-00003.safetensors",
                        "model.safetensors.index.json",
                        "sub/tokenizer.json",
                        "tokenizer.json"),
                Instant.ofEpochSecond(1_800_000_000));
    }

    private Manifest manifest(List<String> names, Instant at) {
        var provenance =
                new Provenance(
                        at, "source", id("source"), "huggingface", "mens 0.1.0", List.of("Noted."));
        return new Manifest(bundle(names), names.stream().map(this::file).toList(), provenance);
    }

    private ModelBundle bundle(List<String> names) {
        var files = names.stream().map(this::file).toList();
        var bundle = BundleHashes.bundle("it", files, Quantization.Q8_0, hashes);
        assertEquals(
                names.contains("model.safetensors.index.json"),
                bundle.format() instanceof WeightFormat.Sharded);
        return bundle;
    }

    private StoredFile file(String path) {
        var bytes = path.getBytes(StandardCharsets.UTF_8);
        var leaf = hashes.blake3(bytes);
        return new StoredFile(path, id(path), new ChunkTree(bytes.length, 1 << 20, leaf));
    }

    private ContentId id(String text) {
        return new ContentId(hashes.sha3(text.getBytes(StandardCharsets.UTF_8)));
    }
}
