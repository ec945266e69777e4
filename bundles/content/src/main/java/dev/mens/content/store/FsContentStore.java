package dev.mens.content.store;

import dev.mens.content.ContentId;
import dev.mens.content.ContentProblem;
import dev.mens.content.ContentStore;
import dev.mens.content.SignedManifest;
import dev.mens.content.StoredModel;
import dev.mens.crypto.Hashing;
import dev.mens.crypto.Verifier;
import dev.mens.diagnostics.ProblemException;
import dev.mens.storage.DurableFiles;
import dev.mens.storage.ProcessLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/// The store in the folder `store` of the node's state folder.
///
/// A bundle exists from the moment its manifest is renamed into place, after all its objects are
/// on the disk, until its manifest is unlinked, before any object is. So a crash leaves at worst
/// objects that no bundle uses, which {@link #collect} removes.
@Component
@Designate(ocd = FsContentStore.Config.class)
public final class FsContentStore implements ContentStore {
    private static final int SHORTEST_PREFIX = 4;
    private static final Pattern HEX = Pattern.compile("[0-9a-f]+");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");

    private final Optional<StoreLayout> layout;
    private final Verifier verifier;
    private final Hashing hashing;
    private final long quotaBytes;
    private volatile Optional<Shelf> shelf = Optional.empty();

    @ObjectClassDefinition(name = "Content store")
    @interface Config {
        @AttributeDefinition(description = "bytes that models may take; 0 for no limit")
        long quotaBytes() default 0;
    }

    @Activate
    public FsContentStore(
            BundleContext context,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Hashing hashing,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Verifier verifier,
            Config config) {
        this(
                Optional.ofNullable(context.getProperty("mens.home"))
                        .map(home -> Path.of(home, "store")),
                hashing,
                verifier,
                config.quotaBytes());
    }

    FsContentStore(Optional<Path> root, Hashing hashing, Verifier verifier, long quotaBytes) {
        this.layout = root.map(StoreLayout::new);
        this.hashing = hashing;
        this.verifier = verifier;
        this.quotaBytes = quotaBytes;
    }

    @Override
    public List<StoredModel> list() throws IOException {
        return shelf().list();
    }

    @Override
    public Optional<StoredModel> find(ContentId bundle) throws IOException {
        return shelf().find(bundle);
    }

    @Override
    public List<StoredModel> match(String reference) throws IOException {
        var named = isName(reference) ? shelf().names().get(reference) : null;
        if (named != null) {
            return find(named).stream().toList();
        }
        var prefix = reference.toLowerCase(Locale.ROOT);
        if (prefix.length() < SHORTEST_PREFIX || !HEX.matcher(prefix).matches()) {
            return List.of();
        } else if (prefix.length() == 2 * ContentId.BYTES) {
            return find(ContentId.parse(prefix)).stream().toList();
        }
        return list().stream().filter(m -> m.id().toString().startsWith(prefix)).toList();
    }

    @Override
    public StoredModel add(Path folder, SignedManifest signed, String name) throws IOException {
        if (!isName(name)) {
            throw ContentProblem.BAD_NAME.with(name.isEmpty() ? "nothing" : name);
        }
        var store = layout();
        try (var _ = ProcessLock.acquire(store.lock())) {
            var entry = new BundleEntry(store, signed.manifest());
            entry.requireRoom(quotaBytes, name);
            entry.link(folder);
            var bundle = signed.manifest().bundle().bundle();
            // The first importer's word stands, unless its manifest was damaged since.
            if (!isSound(bundle)) {
                shelf().write(signed);
            }
            shelf().name(name, bundle);
            return find(bundle).orElseThrow();
        }
    }

    @Override
    public List<String> verify(ContentId bundle, Progress progress)
            throws IOException, InterruptedException {
        return new StoreCheck(layout(), shelf(), hashing, progress).check(bundle);
    }

    @Override
    public List<String> verifyAll(Progress progress) throws IOException, InterruptedException {
        return new StoreCheck(layout(), shelf(), hashing, progress).checkAll();
    }

    @Override
    public Freed remove(ContentId bundle) throws IOException {
        var store = layout();
        try (var _ = ProcessLock.acquire(store.lock())) {
            for (var name : shelf().names().entrySet()) {
                if (name.getValue().equals(bundle)) {
                    Files.deleteIfExists(store.name(name.getKey()));
                }
            }
            DurableFiles.syncFolder(store.names());
            var signed = readable(bundle);
            Files.deleteIfExists(store.manifest(bundle));
            DurableFiles.syncFolder(store.manifests());
            DurableFiles.deleteTree(store.model(bundle));
            var candidates = new HashSet<ContentId>();
            signed.ifPresent(s -> s.manifest().files().forEach(f -> candidates.add(f.id())));
            var sweep = new Sweep(store, shelf());
            sweep.derived(bundle);
            return sweep.objects(candidates::contains);
        }
    }

    @Override
    public boolean unname(String name) throws IOException {
        var store = layout();
        try (var _ = ProcessLock.acquire(store.lock())) {
            var names = shelf().names();
            var bundle = names.get(name);
            if (bundle == null || Collections.frequency(names.values(), bundle) == 1) {
                return false;
            }
            Files.deleteIfExists(store.name(name));
            DurableFiles.syncFolder(store.names());
            return true;
        }
    }

    @Override
    public Freed collect() throws IOException {
        var store = layout();
        try (var _ = ProcessLock.acquire(store.lock())) {
            return new Sweep(store, shelf()).everything();
        }
    }

    @Override
    public Staging stage(String key) throws IOException {
        return StagedFolder.open(layout(), key);
    }

    private boolean isSound(ContentId bundle) throws IOException {
        return readable(bundle).isPresent();
    }

    private Optional<SignedManifest> readable(ContentId bundle) throws IOException {
        try {
            return shelf().read(layout().manifest(bundle));
        } catch (ProblemException damaged) {
            return Optional.empty();
        }
    }

    /// Created on first use, so that a node that serves from elsewhere writes nothing.
    private Shelf shelf() throws IOException {
        var known = shelf;
        if (known.isPresent()) {
            return known.get();
        }
        var store = layout.orElseThrow(ContentProblem.NO_HOME::with);
        store.create();
        var created = new Shelf(store, verifier, hashing);
        shelf = Optional.of(created);
        return created;
    }

    private StoreLayout layout() throws IOException {
        shelf();
        return layout.orElseThrow(ContentProblem.NO_HOME::with);
    }

    private static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }
}
