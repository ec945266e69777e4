package dev.mens.content.store;

import dev.mens.content.ContentId;
import dev.mens.content.ContentStore.Freed;
import dev.mens.diagnostics.ProblemException;
import dev.mens.storage.DurableFiles;
import dev.mens.storage.ProcessLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Removes what no bundle uses. The caller holds the store's lock, so every draft is a leftover.
final class Sweep {
    private final StoreLayout store;
    private final Shelf shelf;
    private int objects;
    private long bytes;

    Sweep(StoreLayout store, Shelf shelf) {
        this.store = store;
        this.shelf = shelf;
    }

    Freed everything() throws IOException {
        drafts();
        staging();
        for (var model : DurableFiles.entries(store.models())) {
            var manifest = store.manifests().resolve(model.getFileName());
            if (!Files.exists(manifest)) {
                DurableFiles.deleteTree(model);
            }
        }
        for (var derived : DurableFiles.entries(store.derived())) {
            if (!Files.exists(store.manifests().resolve(derived.getFileName()))) {
                tree(derived);
            }
        }
        return objects(id -> true);
    }

    /// Removes what devices made of a bundle.
    void derived(ContentId bundle) throws IOException {
        if (Files.exists(store.derived(bundle))) {
            tree(store.derived(bundle));
        }
    }

    /// Removes objects among the candidates that no bundle uses.
    Freed objects(Predicate<ContentId> candidate) throws IOException {
        var referenced = shelf.referenced();
        if (referenced.isPresent()) {
            for (var folder : DurableFiles.entries(store.objects())) {
                for (var object : DurableFiles.entries(folder)) {
                    var id = id(object);
                    boolean wanted = id.isPresent() && referenced.get().contains(id.get());
                    if (!wanted && (id.isEmpty() || candidate.test(id.get()))) {
                        remove(object);
                    }
                }
            }
        }
        return new Freed(objects, bytes);
    }

    private void drafts() throws IOException {
        for (var folder :
                List.of(store.objects(), store.models(), store.manifests(), store.names())) {
            List<Path> drafts;
            try (Stream<Path> walk = Files.walk(folder)) {
                drafts = walk.filter(DurableFiles::isDraft).toList();
            }
            for (var draft : drafts) {
                remove(draft);
            }
        }
    }

    /// Imports that nobody works on any more.
    private void staging() throws IOException {
        for (var folder : DurableFiles.entries(store.staging())) {
            if (folder.equals(store.stagingLocks())) {
                continue;
            }
            var lock = ProcessLock.tryAcquire(store.stagingLock(folder.getFileName().toString()));
            if (lock.isPresent()) {
                try (var _ = lock.get()) {
                    tree(folder);
                }
            }
        }
    }

    private void tree(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            for (var file : walk.filter(Files::isRegularFile).toList()) {
                objects++;
                bytes += Files.size(file);
            }
        }
        DurableFiles.deleteTree(folder);
    }

    private void remove(Path file) throws IOException {
        objects++;
        bytes += Files.size(file);
        Files.delete(file);
    }

    private static Optional<ContentId> id(Path object) {
        try {
            return Optional.of(ContentId.parse(object.getFileName().toString()));
        } catch (ProblemException foreign) {
            return Optional.empty();
        }
    }
}
