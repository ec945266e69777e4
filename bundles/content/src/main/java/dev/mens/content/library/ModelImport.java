package dev.mens.content.library;

import dev.mens.content.ContentId;
import dev.mens.content.ContentStore;
import dev.mens.content.ContentStore.Progress;
import dev.mens.content.Manifest;
import dev.mens.content.Provenance;
import dev.mens.content.SignedManifest;
import dev.mens.content.StoredFile;
import dev.mens.content.StoredModel;
import dev.mens.content.manifest.BundleHashes;
import dev.mens.content.manifest.ManifestCodec;
import dev.mens.crypto.Hashing;
import dev.mens.crypto.Signer;
import dev.mens.diagnostics.ProblemException;
import dev.mens.model.Import;
import dev.mens.model.ImportOptions;
import dev.mens.model.ModelImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/// The flow of an import: convert into a staging folder, see whether that is a model, hash it,
/// make and sign the manifest, hand everything to the store, say so in the op-log.
record ModelImport(
        ModelImporter importer,
        FolderCheck check,
        Hashing hashing,
        Signer signer,
        ContentStore store,
        Witness witness) {

    /// Told of each import that ended well; the import is acknowledged after that.
    @FunctionalInterface
    interface Witness {
        void imported(StoredModel stored, String name) throws IOException, InterruptedException;
    }

    /// Refuses what nobody could load.
    @FunctionalInterface
    interface FolderCheck {
        /// @throws ProblemException vox/model/… or vox/format/…
        void check(Path folder) throws IOException;
    }

    /// What is taken as it is, file by file.
    private static final Set<String> UNCHANGED_FORMATS = Set.of("huggingface", "safetensors");

    StoredModel run(Path source, String name, ImportOptions options, Progress progress)
            throws IOException, InterruptedException {
        var key = new StagingKey(hashing).of(source, options);
        try (var staging = store.stage(key)) {
            try {
                var stored = run(source, name, options, progress, staging.folder());
                staging.discard();
                witness.imported(stored, name);
                return stored;
            } catch (ProblemException notAModel) {
                // Trying again would fail again. After other failures the folder stays.
                staging.discard();
                throw notAModel;
            }
        }
    }

    private StoredModel run(
            Path source, String name, ImportOptions options, Progress progress, Path staging)
            throws IOException, InterruptedException {
        var folder = Files.createDirectories(staging.resolve("model"));
        var imported = importer.read(source, folder, options, progress::report);
        check(folder, source);
        boolean unchanged =
                options.equals(ImportOptions.AS_IT_IS)
                        && UNCHANGED_FORMATS.contains(imported.sourceFormat());
        var hashed =
                unchanged ? hash(source, folder, progress) : hashBoth(source, folder, progress);
        var manifest = manifest(source, imported, hashed.files(), hashed.source());
        var signature = signer.sign(ManifestCodec.encode(manifest));
        return store.add(folder, new SignedManifest(manifest, signer.publicKey(), signature), name);
    }

    /// What is wrong with a staged file is wrong with the source, which is all that people know of.
    private void check(Path folder, Path source) throws IOException {
        try {
            check.check(folder);
        } catch (ProblemException refused) {
            var origin = Files.isDirectory(source) ? source : source.toAbsolutePath().getParent();
            throw refused.restated(folder.toString(), origin.toString());
        }
    }

    private record Hashed(List<StoredFile> files, ContentId source) {}

    private Hashed hash(Path source, Path folder, Progress progress)
            throws IOException, InterruptedException {
        var files = new FolderHashing(hashing, progress).hash(folder);
        return new Hashed(files, new SourceHash(hashing).of(source, files));
    }

    /// Reads a converted source beside what was made of it: each hash is a chain, so that is all
    /// that can be done at once.
    private Hashed hashBoth(Path source, Path folder, Progress progress)
            throws IOException, InterruptedException {
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                var origin = tasks.submit(() -> new SourceHash(hashing).of(source));
                var files = new FolderHashing(hashing, progress).hash(folder);
                return new Hashed(files, origin.get());
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof IOException io) {
                    throw io;
                }
                throw new IllegalStateException(failed.getCause());
            } finally {
                tasks.shutdownNow();
            }
        }
    }

    private Manifest manifest(
            Path source, Import imported, List<StoredFile> files, ContentId sourceHash) {
        var shown = String.valueOf(source.getFileName());
        var bundle = BundleHashes.bundle(shown, files, imported.quantization(), hashing);
        var provenance =
                new Provenance(
                        Instant.now().truncatedTo(ChronoUnit.SECONDS),
                        shown,
                        sourceHash,
                        imported.sourceFormat(),
                        imported.converter(),
                        imported.notes());
        return new Manifest(bundle, files, provenance);
    }
}
