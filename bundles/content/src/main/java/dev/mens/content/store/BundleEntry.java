package dev.mens.content.store;

import dev.mens.content.ContentId;
import dev.mens.content.ContentProblem;
import dev.mens.content.Manifest;
import dev.mens.storage.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;

/// Puts the files of one bundle in their places. The caller holds the store's lock.
///
/// Files that are there already are replaced by the ones that were just hashed: importing a model
/// again heals objects that were damaged on the disk.
final class BundleEntry {
    private final StoreLayout store;
    private final Manifest manifest;

    BundleEntry(StoreLayout store, Manifest manifest) {
        this.store = store;
        this.manifest = manifest;
    }

    /// @param quotaBytes 0 for no limit
    void requireRoom(long quotaBytes, String name) throws IOException {
        if (quotaBytes == 0) {
            return;
        }
        long held = 0;
        for (var shelf : DurableFiles.entries(store.objects())) {
            for (var object : DurableFiles.entries(shelf)) {
                held += Files.size(object);
            }
        }
        var added = new HashMap<ContentId, Long>();
        for (var file : manifest.files()) {
            if (!Files.exists(store.object(file.id()))) {
                added.put(file.id(), file.bytes());
            }
        }
        long needed = added.values().stream().mapToLong(Long::longValue).sum();
        if (held + needed > quotaBytes) {
            throw ContentProblem.QUOTA_EXCEEDED.with(name, needed, held, quotaBytes);
        }
    }

    /// Links objects to the files of `folder`, and the bundle's own folder to the objects.
    void link(Path folder) throws IOException {
        var touched = new LinkedHashSet<Path>();
        for (var file : manifest.files()) {
            var object = store.object(file.id());
            DurableFiles.createFolders(object.getParent());
            DurableFiles.link(folder.resolve(file.path()), object);
            touched.add(object.getParent());
        }
        var model = store.model(manifest.bundle().bundle());
        for (var file : manifest.files()) {
            var place = model.resolve(file.path());
            DurableFiles.createFolders(place.getParent());
            DurableFiles.link(store.object(file.id()), place);
            touched.add(place.getParent());
        }
        for (var changed : touched) {
            DurableFiles.syncFolder(changed);
        }
    }
}
