package dev.mens.content.library;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.content.ContentProblem;
import dev.mens.content.ContentStore.Freed;
import dev.mens.content.ContentStore.Progress;
import dev.mens.content.StoredModel;
import dev.mens.content.store.TestNode;
import dev.mens.diagnostics.ProblemException;
import dev.mens.model.ImportOptions;
import dev.mens.model.ModelImporter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalModelLibraryTest {
    @TempDir Path folder;

    private final CopyingImporter importer = new CopyingImporter();
    private final List<String> witnessed = new ArrayList<>();
    private TestNode node;
    private LocalModelLibrary library;

    @BeforeEach
    void start() {
        node = new TestNode(folder.resolve("home"));
        library = library(node, Optional.empty());
    }

    @Test
    void a_bundle_comes_back_with_all_its_files_by_name_and_by_hash() throws Exception {
        var source = model("tiny", 1, 5000);
        var stored = add(source);
        assertEquals(List.of("tiny"), stored.names());
        assertEquals(stored, library.resolve("tiny"));
        assertEquals(stored, library.resolve(stored.id().shortHex()));
        assertEquals(stored, library.resolve(stored.id().toString()));
        for (var name : List.of("model.safetensors", "tokenizer.json", "1_Pooling/config.json")) {
            assertArrayEquals(
                    Files.readAllBytes(source.resolve(name)),
                    Files.readAllBytes(stored.folder().resolve(name)));
        }
        assertEquals(List.of(), verify(stored));
    }

    @Test
    void an_import_that_ended_well_is_witnessed_and_no_other() throws Exception {
        var stored = add(model("tiny", 1, 5000));
        var broken = model("broken", 1, 5000);
        Files.writeString(broken.resolve("config.json"), "broken");
        assertThrows(ProblemException.class, () -> add(broken));
        assertEquals(List.of("tiny " + stored.id()), witnessed);
    }

    @Test
    void the_hash_of_the_weights_is_the_files_sha3_512() throws Exception {
        var source = model("tiny", 1, 3_000_000);
        var stored = add(source);
        var expected = node.hashing.sha3(Files.readAllBytes(source.resolve("model.safetensors")));
        assertArrayEquals(expected, stored.signed().manifest().bundle().weights().bytes());
    }

    @Test
    void two_nodes_give_the_same_files_the_same_hash_but_sign_for_themselves() throws Exception {
        var other = new TestNode(folder.resolve("other"));
        var here = add(model("tiny", 1, 5000));
        var there =
                library(other, Optional.empty())
                        .add(
                                model("elsewhere/renamed", 1, 5000),
                                "mine",
                                ImportOptions.AS_IT_IS,
                                (_, _, _) -> {});
        assertEquals(here.id(), there.id());
        assertNotEquals(here.signed().signer(), there.signed().signer());
    }

    @Test
    void importing_again_changes_nothing_and_shares_all_objects() throws Exception {
        var first = add(model("tiny", 1, 5000));
        var again = library.add(model("copy", 1, 5000), "alias", ImportOptions.AS_IT_IS, quiet());
        assertEquals(first.signed(), again.signed());
        assertEquals(List.of("alias", "tiny"), again.names());
        assertEquals(1, library.list().size());
        assertEquals(4, objects());
    }

    @Test
    void objects_that_two_bundles_share_live_until_both_are_gone() throws Exception {
        var one = add(model("one", 1, 5000));
        var two = add(model("two", 2, 5000));
        assertEquals(5, objects());
        assertEquals(new Freed(1, 5000), node.store.remove(one.id()));
        assertEquals(List.of(), node.store.verifyAll(quiet()));
        assertEquals(List.of(two), library.list());
        node.store.remove(two.id());
        assertEquals(0, objects());
        assertEquals("vox/store/no-such-bundle", refused(() -> library.resolve("one")));
    }

    @Test
    void a_name_can_go_while_its_bundle_has_another() throws Exception {
        var stored = add(model("tiny", 1, 5000));
        assertFalse(node.store.unname("tiny"));
        library.add(model("copy", 1, 5000), "alias", ImportOptions.AS_IT_IS, quiet());
        assertFalse(node.store.unname(stored.id().shortHex()));
        assertTrue(node.store.unname("tiny"));
        assertEquals(List.of("alias"), library.resolve("alias").names());
        assertEquals("vox/store/no-such-bundle", refused(() -> library.resolve("tiny")));
        assertEquals(List.of(), node.store.verifyAll(quiet()));
    }

    @Test
    void a_name_moves_to_the_bundle_that_took_it_last() throws Exception {
        var old = add(model("tiny", 1, 5000));
        var changed = add(model("tiny", 2, 5000));
        assertEquals(changed, library.resolve("tiny"));
        assertEquals(List.of(), library.resolve(old.id().shortHex()).names());
    }

    @Test
    void damage_on_the_disk_is_found_and_healed_by_importing_again() throws Exception {
        var source = model("tiny", 1, 5000);
        var stored = add(source);
        try (var file =
                new RandomAccessFile(stored.folder().resolve("model.safetensors").toFile(), "rw")) {
            file.seek(1234);
            file.write(file.read() ^ 1);
        }
        var faults = verify(stored);
        assertEquals(1, faults.size());
        assertTrue(faults.getFirst().contains("model.safetensors has changed"), faults::toString);
        assertEquals(faults, node.store.verifyAll(quiet()));
        add(source);
        assertEquals(List.of(), verify(stored));
    }

    @Test
    void a_damaged_manifest_is_left_out_found_and_healed() throws Exception {
        var source = model("tiny", 1, 5000);
        var stored = add(source);
        var file = node.home.resolve("store/manifests/" + stored.id());
        var bytes = Files.readAllBytes(file);
        bytes[200] ^= 1;
        Files.write(file, bytes);
        node = new TestNode(node.home);
        library = library(node, Optional.empty());
        assertEquals(List.of(), library.list());
        assertTrue(node.store.verifyAll(quiet()).toString().contains("checksum"));
        assertEquals(new Freed(0, 0), node.store.collect());
        assertEquals(List.of(), verify(add(source)));
    }

    @Test
    void an_interrupted_import_goes_on_where_it_was() throws Exception {
        var source = model("tiny", 1, 5000);
        var failing =
                library(
                        node,
                        (from, to, options, progress) -> {
                            Files.copy(from.resolve("config.json"), to.resolve("config.json"));
                            throw new IOException("the disk went away");
                        },
                        Optional.empty());
        assertThrows(
                IOException.class, () -> failing.add(source, "", ImportOptions.AS_IT_IS, quiet()));
        add(source);
        assertEquals(3, importer.copied);
    }

    @Test
    void a_refused_source_leaves_nothing_behind() throws Exception {
        var source = model("tiny", 1, 5000);
        Files.delete(source.resolve("tokenizer.json"));
        assertEquals("vox/store/incomplete", refused(() -> add(source)));
        assertEquals(0, objects());
        try (var left = Files.list(node.home.resolve("store/staging"))) {
            assertEquals(1, left.count(), "only the folder of locks");
        }
    }

    @Test
    void what_nobody_could_load_is_refused_before_it_is_stored() throws Exception {
        var source = model("tiny", 1, 5000);
        Files.writeString(source.resolve("config.json"), "broken");
        assertEquals("vox/store/incomplete", refused(() -> add(source)));
        assertEquals(0, objects());
        assertEquals(List.of(), library.list());
    }

    @Test
    void collecting_removes_what_interrupted_imports_left_and_nothing_else() throws Exception {
        var stored = add(model("tiny", 1, 5000));
        try (var staging = node.store.stage("abcdef")) {
            Files.write(staging.folder().resolve("half"), new byte[700]);
            assertEquals(new Freed(0, 0), node.store.collect(), "an import is in progress");
        }
        Files.write(node.home.resolve("store/objects/.draft-1"), new byte[30]);
        assertEquals(new Freed(2, 730), node.store.collect());
        assertEquals(List.of(), verify(stored));
    }

    @Test
    void the_quota_refuses_before_anything_is_stored() throws Exception {
        node = new TestNode(folder.resolve("small"), 6000);
        library = library(node, Optional.empty());
        add(model("one", 1, 5000));
        assertEquals("vox/store/quota-exceeded", refused(() -> add(model("two", 2, 5000))));
        assertEquals(1, library.list().size());
        add(model("same", 1, 5000));
    }

    @Test
    void names_that_could_be_paths_are_refused() throws Exception {
        var source = model("tiny", 1, 5000);
        for (var name : List.of("../x", "a/b", ".hidden", "-rf", "ä", "x".repeat(101))) {
            assertEquals(
                    "vox/store/bad-name",
                    refused(() -> library.add(source, name, ImportOptions.AS_IT_IS, quiet())));
        }
    }

    @Test
    void an_export_is_a_copy_that_imports_to_the_same_hash() throws Exception {
        var stored = add(model("tiny", 1, 5000));
        var target = folder.resolve("out/exported");
        library.export(stored, target, quiet());
        assertFalse(
                Files.isSameFile(
                        target.resolve("config.json"), stored.folder().resolve("config.json")));
        assertEquals(stored.id(), add(target).id());
        assertEquals(
                "vox/store/not-empty",
                refused(
                        () -> {
                            library.export(stored, target, quiet());
                            return null;
                        }));
    }

    @Test
    void the_default_model_becomes_a_bundle_once_and_can_be_removed_for_good() throws Exception {
        library = library(node, Optional.of(model("tinytales", 3, 5000)));
        var stored = library.resolve("");
        assertEquals(List.of("tinytales"), stored.names());
        node.store.remove(stored.id());
        assertEquals(List.of(), library.list());
    }

    @Test
    void what_devices_made_of_a_bundle_goes_with_it() throws Exception {
        var kept = add(model("kept", 1, 1000));
        var removed = add(model("removed", 2, 1000));
        var cache = node.home.resolve("cache/bundles");
        for (var hash : List.of(kept.id().toString(), removed.id().toString(), "f".repeat(128))) {
            Files.createDirectories(cache.resolve(hash));
            Files.write(cache.resolve(hash).resolve("l1.panels"), new byte[100]);
        }
        node.store.remove(removed.id());
        assertFalse(Files.exists(cache.resolve(removed.id().toString())));
        assertEquals(new Freed(1, 100), node.store.collect());
        assertTrue(Files.exists(cache.resolve(kept.id().toString()).resolve("l1.panels")));
        assertFalse(Files.exists(cache.resolve("f".repeat(128))));
    }

    @Test
    void two_imports_of_one_source_at_once_both_succeed() throws Exception {
        var source = model("tiny", 1, 200_000);
        var second = new TestNode(node.home);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<StoredModel> here = () -> add(source);
            Callable<StoredModel> there =
                    () -> {
                        var other = library(second, new CopyingImporter(), Optional.empty());
                        return other.add(source, "", ImportOptions.AS_IT_IS, quiet());
                    };
            var results = threads.invokeAll(List.of(here, there, here, there));
            for (var result : results) {
                assertEquals(results.getFirst().get(), result.get());
            }
        }
        assertEquals(List.of(), node.store.verifyAll(quiet()));
    }

    private StoredModel add(Path source) throws IOException, InterruptedException {
        return library.add(source, "", ImportOptions.AS_IT_IS, quiet());
    }

    private List<String> verify(StoredModel stored) throws IOException, InterruptedException {
        return node.store.verify(stored.id(), quiet());
    }

    private static Progress quiet() {
        return (_, _, _) -> {};
    }

    private static String refused(Callable<?> call) {
        return assertThrows(ProblemException.class, call::call).problem().id();
    }

    private LocalModelLibrary library(TestNode on, Optional<Path> embedded) {
        return library(on, importer, embedded);
    }

    private LocalModelLibrary library(
            TestNode on, ModelImporter importer, Optional<Path> embedded) {
        return new LocalModelLibrary(
                on.store,
                new ModelImport(
                        importer,
                        LocalModelLibraryTest::check,
                        on.hashing,
                        on.signer,
                        on.store,
                        (stored, name) -> witnessed.add(name + " " + stored.id())),
                embedded,
                Optional.of(on.home.resolve("store/seeded")));
    }

    private static void check(Path model) throws IOException {
        if (Files.readString(model.resolve("config.json")).equals("broken")) {
            throw ContentProblem.INCOMPLETE.with(model, "sound config.json");
        }
    }

    private long objects() throws IOException {
        var objects = node.home.resolve("store/objects");
        try (Stream<Path> walk = Files.exists(objects) ? Files.walk(objects) : Stream.of()) {
            return walk.filter(Files::isRegularFile).count();
        }
    }

    /// A folder whose weights are random for the seed; the other files are always the same.
    private Path model(String name, long seed, int bytes) throws IOException {
        var model = Files.createDirectories(folder.resolve(name));
        Files.createDirectories(model.resolve("1_Pooling"));
        var weights = new byte[bytes];
        new Random(seed).nextBytes(weights);
        Files.write(model.resolve("model.safetensors"), weights);
        Files.writeString(model.resolve("config.json"), "{\"model_type\": \"llama\"}");
        Files.writeString(model.resolve("tokenizer.json"), "{}");
        Files.writeString(model.resolve("1_Pooling/config.json"), "{\"pooling\": 1}");
        return model;
    }
}
