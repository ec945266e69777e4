package dev.mens.content;

import dev.mens.model.ImportOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/// Models in the store, as people handle them.
@ProviderType
public interface ModelLibrary {

    /// Converts, hashes, signs and stores a model. An interrupted import goes on where it was when
    /// it is called again.
    ///
    /// @param name for people; empty to take it from the source's file name
    /// @throws dev.mens.diagnostics.ProblemException vox/format/… or vox/store/…
    StoredModel add(Path source, String name, ImportOptions options, ContentStore.Progress progress)
            throws IOException, InterruptedException;

    /// All bundles, the installation's default among them.
    List<StoredModel> list() throws IOException, InterruptedException;

    /// The one bundle that a name or a hash prefix means.
    ///
    /// @throws dev.mens.diagnostics.ProblemException vox/store/no-such-bundle,
    ///     vox/store/ambiguous
    StoredModel resolve(String reference) throws IOException, InterruptedException;

    /// Copies a bundle's files into a new folder.
    ///
    /// @param target must not exist, or be an empty folder
    void export(StoredModel model, Path target, ContentStore.Progress progress) throws IOException;
}
