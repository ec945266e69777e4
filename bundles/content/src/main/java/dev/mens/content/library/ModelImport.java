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

/// The flow of an import: convert into a staging folder, see whether that is a model, hash it,
/// make and sign the manifest, hand everything to the store.
record ModelImport(
        ModelImporter importer,
        FolderCheck check,
        Hashing hashing,
        Signer signer,
        ContentStore store) {

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
        check.check(folder);
        var files = new FolderHashing(hashing, progress).hash(folder);
        boolean unchanged =
                options.equals(ImportOptions.AS_IT_IS)
                        && UNCHANGED_FORMATS.contains(imported.sourceFormat());
        var sources = new SourceHash(hashing, folder, files, unchanged);
        var manifest = manifest(source, imported, files, sources.of(source));
        var signature = signer.sign(ManifestCodec.encode(manifest));
        return store.add(folder, new SignedManifest(manifest, signer.publicKey(), signature), name);
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
