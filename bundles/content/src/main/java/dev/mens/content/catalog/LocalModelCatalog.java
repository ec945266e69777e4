package dev.mens.content.catalog;

import dev.mens.content.ContentProblem;
import dev.mens.content.ContentStore;
import dev.mens.content.StoredModel;
import dev.mens.diagnostics.NearNames;
import dev.mens.diagnostics.ProblemException;
import dev.mens.model.Model;
import dev.mens.model.ModelCatalog;
import dev.mens.model.ModelSupply;
import dev.mens.model.WeightFiles;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds models in the installation's folder `models`, in the content store, anywhere on disk, and
/// at peers.
///
/// A reference is tried as a name, as the prefix of a bundle's hash, as a path, then as what a peer
/// offers. What looks like a path (it has a separator, or begins with `.` or `~`) is never a name.
/// The installation's models come first, so that the default is served from one place whether or
/// not the store has taken it up meanwhile.
@Component
public final class LocalModelCatalog implements ModelCatalog {
    private static final Logger LOG = LoggerFactory.getLogger(LocalModelCatalog.class);
    private static final String DEFAULT = "tinytales";

    private final Optional<Path> installation;
    private final ContentStore store;
    private final DescribedFolders described;

    /// Without it there are the models of this machine.
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable ModelSupply supply;

    @Activate
    public LocalModelCatalog(
            BundleContext context,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) ContentStore store,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) WeightFiles files) {
        this(Optional.ofNullable(context.getProperty("mens.dist")).map(Path::of), store, files);
    }

    void setSupply(ModelSupply found) {
        supply = found;
    }

    LocalModelCatalog(Optional<Path> installation, ContentStore store, WeightFiles files) {
        this.installation = installation;
        this.store = store;
        this.described = new DescribedFolders(new FolderFacts(files));
    }

    @Override
    public Model resolve(String reference) throws IOException {
        var wanted = reference.strip();
        if (wanted.isEmpty()) {
            return named(DEFAULT)
                    .orElseThrow(
                            () ->
                                    CatalogProblem.NO_DEFAULT.with(
                                            installation.map(Path::toString).orElse("not set")));
        }
        return looksLikePath(wanted) ? atPath(wanted) : hereOrAtPeers(wanted);
    }

    /// Here by name, or at a peer. What lies in the folder in which the node happens to run is
    /// nobody's name.
    private Model hereOrAtPeers(String wanted) throws IOException {
        var model = named(wanted);
        var source = supply;
        if (model.isEmpty() && source != null) {
            model = source.find(wanted);
        }
        if (model.isEmpty()) {
            throw noSuchModel(wanted);
        }
        return model.get();
    }

    @Override
    public List<Model> list() throws IOException {
        var models = new ArrayList<Model>();
        for (var folder : installed()) {
            addSound(models, name(folder), () -> describe(name(folder), folder));
        }
        var taken = models.stream().map(Model::name).toList();
        for (var bundle : stored()) {
            if (!taken.contains(bundle.title())) {
                addSound(models, bundle.title(), () -> describe(bundle));
            }
        }
        return List.copyOf(models);
    }

    private static void addSound(List<Model> models, String name, Described described) {
        try {
            models.add(described.get());
        } catch (ProblemException | IOException unsound) {
            LOG.warn("{} is not listed: {}", name, unsound.getMessage());
        }
    }

    private interface Described {
        Model get() throws IOException;
    }

    private Optional<Model> named(String wanted) throws IOException {
        for (var folder : installed()) {
            if (name(folder).equals(wanted)) {
                return Optional.of(describe(wanted, folder));
            }
        }
        var matches = matches(wanted);
        if (matches.size() > 1) {
            var ids = matches.stream().limit(5).map(bundle -> bundle.id().shortHex()).toList();
            throw CatalogProblem.AMBIGUOUS.with(wanted, String.join(" or ", ids));
        }
        return matches.isEmpty() ? Optional.empty() : Optional.of(describe(matches.getFirst()));
    }

    private Model describe(StoredModel bundle) throws IOException {
        var model = describe(bundle.title(), bundle.folder());
        return new Model(model.name(), bundle.id().toString(), model.folder(), model.facts());
    }

    private Model atPath(String wanted) throws IOException {
        var path = path(wanted);
        if (!Files.exists(path)) {
            throw noSuchModel(wanted);
        }
        var real = real(path);
        if (Files.isDirectory(real)) {
            return describe(name(real), real);
        }
        var parent = real.getParent();
        if (parent == null || !Files.isRegularFile(parent.resolve("config.json"))) {
            throw CatalogProblem.NOT_A_MODEL.with(wanted, "there is no config.json beside it");
        }
        return describe(name(parent), parent);
    }

    private Model describe(String name, Path folder) throws IOException {
        try {
            return described.describe(name, folder);
        } catch (AccessDeniedException denied) {
            throw CatalogProblem.NOT_READABLE.because(denied, denied.getFile(), "access denied");
        }
    }

    /// Folders of the installation that hold a model, by name.
    private List<Path> installed() throws IOException {
        var models = installation.map(path -> path.resolve("models")).filter(Files::isDirectory);
        if (models.isEmpty()) {
            return List.of();
        }
        try (var folders = Files.list(models.get())) {
            return folders.filter(folder -> Files.isRegularFile(folder.resolve("config.json")))
                    .sorted()
                    .toList();
        }
    }

    /// A node without a state folder has no store, but serves what is installed.
    private List<StoredModel> stored() throws IOException {
        try {
            return store.list();
        } catch (ProblemException noStore) {
            return noStore(noStore);
        }
    }

    private List<StoredModel> matches(String wanted) throws IOException {
        try {
            return store.match(wanted);
        } catch (ProblemException noStore) {
            return noStore(noStore);
        }
    }

    private static List<StoredModel> noStore(ProblemException problem) {
        if (problem.problem() != ContentProblem.NO_HOME) {
            throw problem;
        }
        return List.of();
    }

    private Path path(String wanted) throws IOException {
        try {
            return wanted.startsWith("~/")
                    ? Path.of(System.getProperty("user.home"), wanted.substring(2))
                    : Path.of(wanted);
        } catch (InvalidPathException notEvenAPath) {
            throw noSuchModel(wanted);
        }
    }

    private ProblemException noSuchModel(String wanted) throws IOException {
        var names = new ArrayList<String>();
        installed().forEach(folder -> names.add(name(folder)));
        stored().forEach(bundle -> names.addAll(bundle.names()));
        return CatalogProblem.NO_SUCH_MODEL.with(shown(wanted), NearNames.hint(wanted, names));
    }

    private static Path real(Path path) throws IOException {
        try {
            return path.toRealPath();
        } catch (AccessDeniedException | NoSuchFileException hidden) {
            throw CatalogProblem.NOT_READABLE.because(hidden, path, "access denied");
        }
    }

    private static String shown(String wanted) {
        var printable = wanted.replace('\0', '?');
        return printable.length() <= 200 ? printable : printable.substring(0, 200) + "…";
    }

    private static String name(Path folder) {
        var last = folder.getFileName();
        return last == null ? folder.toString() : last.toString();
    }

    private static boolean looksLikePath(String reference) {
        return reference.startsWith(".")
                || reference.startsWith("~")
                || reference.indexOf('/') >= 0
                || reference.indexOf('\\') >= 0;
    }
}
