package dev.mens.content.store;

import dev.mens.content.ContentId;
import dev.mens.storage.DurableFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Where things lie in a store (docs/formats.md):
///
/// ```
/// objects/ab/abcd…   bytes, named by their SHA3-512
/// models/abcd…/      one bundle's files under their own names, links to objects
/// manifests/abcd…    what makes a bundle exist
/// names/tinytales    which bundle people mean
/// staging/           imports in progress
/// lock               held by whoever changes anything but staging
/// ../cache/bundles/abcd…/  what devices made of a bundle
/// ```
record StoreLayout(Path root) {

    void create() throws IOException {
        for (var folder : List.of(objects(), models(), manifests(), names(), stagingLocks())) {
            DurableFiles.createFolders(folder);
        }
    }

    Path lock() {
        return root.resolve("lock");
    }

    Path objects() {
        return root.resolve("objects");
    }

    Path object(ContentId id) {
        var hex = id.toString();
        return objects().resolve(hex.substring(0, 2)).resolve(hex);
    }

    Path models() {
        return root.resolve("models");
    }

    Path model(ContentId bundle) {
        return models().resolve(bundle.toString());
    }

    Path manifests() {
        return root.resolve("manifests");
    }

    Path manifest(ContentId bundle) {
        return manifests().resolve(bundle.toString());
    }

    /// What devices made of bundles to start faster; each folder goes with its bundle.
    Path derived() {
        return root.resolveSibling("cache").resolve("bundles");
    }

    Path derived(ContentId bundle) {
        return derived().resolve(bundle.toString());
    }

    Path names() {
        return root.resolve("names");
    }

    Path name(String name) {
        return names().resolve(name);
    }

    Path staging() {
        return root.resolve("staging");
    }

    Path staged(String key) {
        return staging().resolve(key);
    }

    Path stagingLocks() {
        return staging().resolve("locks");
    }

    /// Few locks for many keys: the files stay for ever.
    Path stagingLock(String key) {
        return stagingLocks().resolve(key.substring(0, 2));
    }
}
