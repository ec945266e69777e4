package dev.mens.content.store;

import dev.mens.content.ContentId;
import dev.mens.content.ContentProblem;
import dev.mens.content.SignedManifest;
import dev.mens.content.StoredFile;
import dev.mens.content.StoredModel;
import dev.mens.content.manifest.ManifestCodec;
import dev.mens.crypto.Hashing;
import dev.mens.crypto.Verifier;
import dev.mens.diagnostics.ProblemException;
import dev.mens.storage.DurableFiles;
import dev.mens.storage.FramedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads and writes the store's manifests and names. Manifests are checked when first read and
/// again after their file changed.
final class Shelf {
    private static final Logger LOG = LoggerFactory.getLogger(Shelf.class);
    private static final FramedFile MANIFEST = file("manf");
    private static final FramedFile NAME = file("name");

    private final StoreLayout layout;
    private final Verifier verifier;
    private final Hashing hashing;
    private final Map<Path, Checked> checked = new ConcurrentHashMap<>();

    Shelf(StoreLayout layout, Verifier verifier, Hashing hashing) {
        this.layout = layout;
        this.verifier = verifier;
        this.hashing = hashing;
    }

    /// Sound bundles, in order of their titles; unsound ones are logged.
    List<StoredModel> list() throws IOException {
        var names = names();
        var models = new ArrayList<StoredModel>();
        for (var file : DurableFiles.entries(layout.manifests())) {
            try {
                read(file).map(signed -> stored(signed, names)).ifPresent(models::add);
            } catch (ProblemException unsound) {
                LOG.warn("{} is left out: {}", file.getFileName(), unsound.getMessage());
            }
        }
        models.sort((a, b) -> a.title().compareTo(b.title()));
        return List.copyOf(models);
    }

    Optional<StoredModel> find(ContentId bundle) throws IOException {
        var signed = read(layout.manifest(bundle));
        if (signed.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(stored(signed.get(), names()));
    }

    /// @throws ProblemException vox/store/bad-manifest
    Optional<SignedManifest> read(Path file) throws IOException {
        try {
            var changed = Files.getLastModifiedTime(file);
            var known = checked.get(file);
            if (known == null || !known.changed().equals(changed)) {
                var signed = ManifestCodec.decodeSigned(MANIFEST.read(file), verifier, hashing);
                requireNamed(signed, file);
                known = new Checked(changed, signed);
                checked.put(file, known);
            }
            return Optional.of(known.signed());
        } catch (NoSuchFileException removed) {
            checked.remove(file);
            return Optional.empty();
        }
    }

    void write(SignedManifest signed) throws IOException {
        var file = layout.manifest(signed.manifest().bundle().bundle());
        DurableFiles.write(file, MANIFEST.frame(ManifestCodec.encode(signed)));
    }

    void name(String name, ContentId bundle) throws IOException {
        DurableFiles.write(layout.name(name), NAME.frame(bundle.bytes()));
    }

    /// Name to bundle, in order of names; damaged ones are logged and left out.
    Map<String, ContentId> names() throws IOException {
        var names = new TreeMap<String, ContentId>();
        for (var file : DurableFiles.entries(layout.names())) {
            try {
                names.put(file.getFileName().toString(), new ContentId(NAME.read(file)));
            } catch (NoSuchFileException removed) {
                // Another process was faster.
            } catch (ProblemException damaged) {
                LOG.warn("{}", damaged.getMessage());
            }
        }
        return names;
    }

    /// Every object that some bundle needs; empty if a manifest cannot be read, for then nobody
    /// knows.
    Optional<Set<ContentId>> referenced() throws IOException {
        var ids = new HashSet<ContentId>();
        for (var file : DurableFiles.entries(layout.manifests())) {
            try {
                read(file)
                        .ifPresent(
                                signed ->
                                        signed.manifest().files().stream()
                                                .map(StoredFile::id)
                                                .forEach(ids::add));
            } catch (ProblemException unsound) {
                LOG.warn("Objects are kept: {}", unsound.getMessage());
                return Optional.empty();
            }
        }
        return Optional.of(ids);
    }

    private StoredModel stored(SignedManifest signed, Map<String, ContentId> names) {
        var id = signed.manifest().bundle().bundle();
        var own =
                names.entrySet().stream()
                        .filter(entry -> entry.getValue().equals(id))
                        .map(Map.Entry::getKey)
                        .toList();
        return new StoredModel(signed, own, layout.model(id));
    }

    private static FramedFile file(String kind) {
        return new FramedFile(kind, 1, ContentProblem.BAD_MANIFEST, ContentProblem.OTHER_VERSION);
    }

    private static void requireNamed(SignedManifest signed, Path file) {
        var id = signed.manifest().bundle().bundle();
        if (!file.getFileName().toString().equals(id.toString())) {
            throw ContentProblem.BAD_MANIFEST.with(file + " is the manifest of " + id);
        }
    }

    private record Checked(FileTime changed, SignedManifest signed) {}
}
