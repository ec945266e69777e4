package dev.mens.content.library;

import dev.mens.content.manifest.BundleHashes;
import dev.mens.content.store.TestNode;
import dev.mens.model.ImportOptions;
import dev.mens.model.Quantization;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;

/// A process that changes a store until it is killed. Says `begun ID` before it starts to add or
/// remove a bundle and `added ID` or `removed ID` once that is acknowledged.
final class StoreVictim {
    static final int SOURCES = 3;

    private StoreVictim() {}

    /// @param arguments state folder, folder of the sources, seed
    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws Exception {
        var node = new TestNode(Path.of(arguments[0]));
        var random = new Random(Long.parseLong(arguments[2]));
        var imports =
                new ModelImport(
                        new CopyingImporter(),
                        _ -> {},
                        node.hashing,
                        node.signer,
                        node.store,
                        (_, _) -> {});
        var library =
                new LocalModelLibrary(node.store, imports, Optional.empty(), Optional.empty());
        for (; ; ) {
            var source = Path.of(arguments[1], "source" + random.nextInt(SOURCES));
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    var id = hash(node, source);
                    System.out.println("begun " + id);
                    var stored = library.add(source, "", ImportOptions.AS_IT_IS, (_, _, _) -> {});
                    System.out.println("added " + stored.id().shortHex());
                }
                case 2 -> {
                    var models = node.store.list();
                    if (!models.isEmpty()) {
                        var id = models.get(random.nextInt(models.size())).id();
                        System.out.println("begun " + id.shortHex());
                        node.store.remove(id);
                        System.out.println("removed " + id.shortHex());
                    }
                }
                default -> node.store.collect();
            }
        }
    }

    /// The bundle hash that an import will give, worked out beforehand.
    private static String hash(TestNode node, Path source) throws Exception {
        var files = new FolderHashing(node.hashing, (_, _, _) -> {}).hash(source);
        return BundleHashes.bundle("it", files, Quantization.BF16, node.hashing)
                .bundle()
                .shortHex();
    }
}
