package dev.mens.transfer;

import dev.mens.content.ContentId;
import dev.mens.content.ContentStore;
import dev.mens.content.StoredModel;
import dev.mens.diagnostics.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which bundles of this node's store peers may have: an empty file of each one's hash, so that it
/// outlives the node. What was removed from the store is no longer shared.
record Shared(Path folder, ContentStore store) {

    void add(ContentId bundle) throws IOException {
        Files.createDirectories(folder);
        var mark = mark(bundle);
        if (Files.notExists(mark)) {
            Files.createFile(mark);
        }
    }

    List<StoredModel> all() throws IOException {
        var shared = new ArrayList<StoredModel>();
        if (!Files.isDirectory(folder)) {
            return shared;
        }
        try (var marks = Files.list(folder)) {
            for (var mark : marks.sorted().toList()) {
                var id = id(mark);
                if (id.isPresent()) {
                    var model = store.find(id.get());
                    if (model.isPresent()) {
                        shared.add(model.get());
                    } else {
                        Files.deleteIfExists(mark);
                    }
                }
            }
        }
        return shared;
    }

    Optional<StoredModel> find(ContentId bundle) throws IOException {
        return Files.exists(mark(bundle)) ? store.find(bundle) : Optional.empty();
    }

    private Path mark(ContentId bundle) {
        return folder.resolve(bundle.toString());
    }

    private static Optional<ContentId> id(Path mark) {
        try {
            return Optional.of(ContentId.parse(String.valueOf(mark.getFileName())));
        } catch (ProblemException foreign) {
            return Optional.empty();
        }
    }
}
