package dev.mens.content.library;

import dev.mens.content.ContentProblem;
import dev.mens.content.ContentStore;
import dev.mens.content.ContentStore.Progress;
import dev.mens.content.ModelLibrary;
import dev.mens.content.StoredModel;
import dev.mens.content.catalog.FolderFacts;
import dev.mens.crypto.Hashing;
import dev.mens.crypto.Signer;
import dev.mens.diagnostics.NearNames;
import dev.mens.diagnostics.ProblemException;
import dev.mens.model.ImportOptions;
import dev.mens.model.ModelImporter;
import dev.mens.model.Tokenizers;
import dev.mens.model.WeightFiles;
import dev.mens.oplog.Op;
import dev.mens.oplog.OpLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The store as people use it. The installation's default model becomes a bundle like any other
/// the first time somebody asks for the library; node start does not wait for that.
@Component
public final class LocalModelLibrary implements ModelLibrary {
    private static final Logger LOG = LoggerFactory.getLogger(LocalModelLibrary.class);
    private static final String DEFAULT = "tinytales";

    private final ContentStore store;
    private final ModelImport imports;
    private final Optional<Path> embedded;
    private final Optional<Path> marker;

    @Activate
    public LocalModelLibrary(
            BundleContext context,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) ContentStore store,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) ModelImporter importer,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) WeightFiles files,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Tokenizers tokenizers,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Hashing hashing,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Signer signer,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) OpLog log) {
        this(
                store,
                new ModelImport(
                        importer,
                        folder -> {
                            new FolderFacts(files).read(folder);
                            tokenizers.open(folder);
                        },
                        hashing,
                        signer,
                        store,
                        (stored, name) -> log.append(entry(stored, name))),
                property(context, "mens.dist").map(dist -> dist.resolve("models/" + DEFAULT)),
                property(context, "mens.home").map(home -> home.resolve("store/seeded")));
    }

    /// @param embedded the installation's default model
    /// @param marker exists once the default was imported, so that it can be removed for good
    LocalModelLibrary(
            ContentStore store,
            ModelImport imports,
            Optional<Path> embedded,
            Optional<Path> marker) {
        this.store = store;
        this.imports = imports;
        this.embedded = embedded.filter(Files::isDirectory);
        this.marker = marker;
    }

    @Override
    public StoredModel add(Path source, String name, ImportOptions options, Progress progress)
            throws IOException, InterruptedException {
        if (!Files.exists(source)) {
            throw ContentProblem.NO_SOURCE.with(source);
        }
        var wanted = name.isEmpty() ? nameOf(source) : name;
        return imports.run(source, wanted, options, progress);
    }

    private static Op entry(StoredModel stored, String name) {
        var manifest = stored.signed().manifest();
        var format = manifest.provenance().sourceFormat();
        return new Op.BundleImported(stored.id(), name, format, manifest.bytes());
    }

    @Override
    public List<StoredModel> list() throws IOException, InterruptedException {
        importDefault();
        return store.list();
    }

    @Override
    public StoredModel resolve(String reference) throws IOException, InterruptedException {
        importDefault();
        var wanted = reference.isBlank() ? DEFAULT : reference.strip();
        var matches = store.match(wanted);
        if (matches.size() > 1) {
            var titles =
                    matches.stream()
                            .limit(5)
                            .map(model -> model.title() + " (" + model.id().shortHex() + ")")
                            .collect(Collectors.joining(", "));
            throw ContentProblem.AMBIGUOUS.with(wanted, titles);
        }
        if (matches.isEmpty()) {
            var shown = wanted.length() <= 200 ? wanted : wanted.substring(0, 200) + "…";
            var names = store.list().stream().flatMap(model -> model.names().stream()).toList();
            throw ContentProblem.NO_SUCH_BUNDLE.with(shown, NearNames.hint(wanted, names));
        }
        return matches.getFirst();
    }

    @Override
    public void export(StoredModel model, Path target, Progress progress) throws IOException {
        if (Files.exists(target) && !isEmptyFolder(target)) {
            throw ContentProblem.NOT_EMPTY.with(target);
        }
        var manifest = model.signed().manifest();
        long done = 0;
        for (var file : manifest.files()) {
            var place = target.resolve(file.path());
            Files.createDirectories(place.getParent());
            // A copy, never a link: whoever edits it must not edit the store.
            Files.copy(
                    model.folder().resolve(file.path()),
                    place,
                    StandardCopyOption.REPLACE_EXISTING);
            done += file.bytes();
            progress.report(file.path(), done, manifest.bytes());
        }
    }

    private synchronized void importDefault() throws IOException, InterruptedException {
        if (embedded.isEmpty() || marker.isEmpty() || Files.exists(marker.get())) {
            return;
        }
        try {
            imports.run(embedded.get(), DEFAULT, ImportOptions.AS_IT_IS, (_, _, _) -> {});
            Files.createFile(marker.get());
        } catch (ProblemException | IOException readOnlyOrDamaged) {
            LOG.warn("The default model is not in the store: {}", readOnlyOrDamaged.getMessage());
        }
    }

    /// The folder's name, or the file's without its ending; files with standard names say nothing
    /// and take their folder's name.
    private static String nameOf(Path source) throws IOException {
        var real = source.toRealPath();
        var file = String.valueOf(real.getFileName());
        boolean standard =
                file.matches("(model|pytorch_model|config)\\b.*\\.(safetensors|json|bin|pt|onnx)");
        if (Files.isRegularFile(real) && standard && real.getParent() != null) {
            file = String.valueOf(real.getParent().getFileName());
        } else if (Files.isRegularFile(real)) {
            file = file.replaceFirst("\\.[A-Za-z0-9]+$", "");
        }
        var name = file.replaceAll("[^A-Za-z0-9._-]+", "-").replaceFirst("^[.-]+", "");
        return name.isEmpty() ? "model" : name.substring(0, Math.min(100, name.length()));
    }

    private static boolean isEmptyFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (var entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }

    private static Optional<Path> property(BundleContext context, String name) {
        return Optional.ofNullable(context.getProperty(name)).map(Path::of);
    }
}
