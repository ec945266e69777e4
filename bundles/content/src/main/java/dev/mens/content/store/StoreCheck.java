package dev.mens.content.store;

import dev.mens.content.ContentId;
import dev.mens.content.ContentStore.Progress;
import dev.mens.content.SignedManifest;
import dev.mens.content.StoredFile;
import dev.mens.crypto.Hashing;
import dev.mens.diagnostics.ProblemException;
import dev.mens.storage.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads everything again and compares it with its names. Needs no lock: what another process
/// removes meanwhile is no fault.
final class StoreCheck {
    private final StoreLayout store;
    private final Shelf shelf;
    private final Hashing hashing;
    private final Progress progress;
    private final List<String> faults = new ArrayList<>();
    private final Map<ContentId, Hashing.FileHash> hashed = new HashMap<>();
    private long doneBytes;
    private long totalBytes;

    StoreCheck(StoreLayout store, Shelf shelf, Hashing hashing, Progress progress) {
        this.store = store;
        this.shelf = shelf;
        this.hashing = hashing;
        this.progress = progress;
    }

    List<String> check(ContentId bundle) throws IOException, InterruptedException {
        var signed = read(store.manifest(bundle));
        if (signed.isPresent()) {
            totalBytes = signed.get().manifest().bytes();
            checkFiles(signed.get());
        }
        return List.copyOf(faults);
    }

    List<String> checkAll() throws IOException, InterruptedException {
        for (var object : objects().values()) {
            totalBytes += sizeOf(object);
        }
        for (var manifest : DurableFiles.entries(store.manifests())) {
            var signed = read(manifest);
            if (signed.isPresent()) {
                checkFiles(signed.get());
            }
        }
        for (var object : objects().entrySet()) {
            checkObject(object.getKey(), object.getValue());
        }
        for (var name : shelf.names().entrySet()) {
            if (!Files.exists(store.manifest(name.getValue()))) {
                faults.add("the name " + name.getKey() + " means a bundle that is not there");
            }
        }
        return List.copyOf(faults);
    }

    private Optional<SignedManifest> read(Path manifest) throws IOException {
        try {
            return shelf.read(manifest);
        } catch (ProblemException unsound) {
            faults.add(unsound.facts());
            return Optional.empty();
        }
    }

    private void checkFiles(SignedManifest signed) throws IOException, InterruptedException {
        var bundle = signed.manifest().bundle().bundle();
        for (var file : signed.manifest().files()) {
            try {
                checkFile(bundle, file);
            } catch (NoSuchFileException missing) {
                if (Files.exists(store.manifest(bundle))) {
                    faults.add(bundle.shortHex() + ": " + file.path() + " is missing");
                }
            }
        }
    }

    private void checkFile(ContentId bundle, StoredFile file)
            throws IOException, InterruptedException {
        var object = store.object(file.id());
        var hash = hash(file.id(), object);
        var where = bundle.shortHex() + ": " + file.path();
        if (!new ContentId(hash.sha3()).equals(file.id())) {
            faults.add(where + " has changed on the disk");
        } else if (!hash.tree().equals(file.chunks())) {
            faults.add(where + " does not fit the chunks in its manifest");
        }
        var place = store.model(bundle).resolve(file.path());
        if (!Files.isSameFile(place, object)) {
            // The disk could not link, so this is a copy that must be checked by itself.
            var copy = hashing.hash(place, _ -> {});
            if (!new ContentId(copy.sha3()).equals(file.id())) {
                faults.add(where + " has changed in the model's folder");
            }
        }
    }

    private void checkObject(String name, Path object) throws IOException, InterruptedException {
        try {
            var id = ContentId.parse(name);
            if (!hashed.containsKey(id) && !new ContentId(hash(id, object).sha3()).equals(id)) {
                faults.add("object " + id.shortHex() + " has changed on the disk");
            }
        } catch (ProblemException foreign) {
            faults.add(object + " is no object");
        } catch (NoSuchFileException removed) {
            // Another process collects at the same time.
        }
    }

    private Hashing.FileHash hash(ContentId id, Path object)
            throws IOException, InterruptedException {
        var known = hashed.get(id);
        if (known == null) {
            long before = doneBytes;
            known =
                    hashing.hash(
                            object,
                            done -> progress.report(id.shortHex(), before + done, totalBytes));
            doneBytes = before + known.tree().length();
            hashed.put(id, known);
        }
        return known;
    }

    private Map<String, Path> objects() throws IOException {
        var objects = new LinkedHashMap<String, Path>();
        for (var folder : DurableFiles.entries(store.objects())) {
            for (var object : DurableFiles.entries(folder)) {
                objects.put(object.getFileName().toString(), object);
            }
        }
        return objects;
    }

    private static long sizeOf(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException removed) {
            return 0;
        }
    }
}
