package dev.mens.content.store;

import dev.mens.content.ContentStore.Staging;
import dev.mens.storage.DurableFiles;
import dev.mens.storage.ProcessLock;
import java.io.IOException;
import java.nio.file.Path;

/// A locked folder for one import.
record StagedFolder(Path folder, ProcessLock lock) implements Staging {

    /// @param key letters and digits, at least two
    static StagedFolder open(StoreLayout store, String key) throws IOException {
        var lock = ProcessLock.acquire(store.stagingLock(key));
        boolean opened = false;
        try {
            DurableFiles.createFolders(store.staged(key));
            opened = true;
            return new StagedFolder(store.staged(key), lock);
        } finally {
            if (!opened) {
                lock.close();
            }
        }
    }

    @Override
    public void discard() throws IOException {
        DurableFiles.deleteTree(folder);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
