package dev.mens.content;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/// The bundles on this machine's disk. Several processes may use one store at once, and a crash at
/// any point loses nothing that was acknowledged.
@ProviderType
public interface ContentStore {

    List<StoredModel> list() throws IOException;

    Optional<StoredModel> find(ContentId bundle) throws IOException;

    /// Bundles that a name or a prefix (four digits or more) of a hash may mean; a name wins.
    List<StoredModel> match(String reference) throws IOException;

    /// Takes over a folder whose files were just hashed, by linking where possible.
    ///
    /// @param folder holds exactly the manifest's files
    /// @param name for people; taken from another bundle if that had it
    /// @throws dev.mens.diagnostics.ProblemException vox/store/quota-exceeded or
    ///     vox/store/bad-name
    StoredModel add(Path folder, SignedManifest manifest, String name) throws IOException;

    /// Reads and hashes every byte of a bundle.
    ///
    /// @return what is wrong, one sentence each; empty if all is well
    List<String> verify(ContentId bundle, Progress progress)
            throws IOException, InterruptedException;

    /// As {@link #verify} for all bundles, and for every object whether or not a bundle uses it.
    List<String> verifyAll(Progress progress) throws IOException, InterruptedException;

    /// Removes a bundle, its names, and the objects that no other bundle uses. Processes that have
    /// it loaded keep their mappings.
    Freed remove(ContentId bundle) throws IOException;

    /// Takes a name off a bundle that has others.
    ///
    /// @return false, and nothing changes, if it is no name or its bundle's only one
    boolean unname(String name) throws IOException;

    /// Removes objects that no bundle uses, and what interrupted imports left.
    Freed collect() throws IOException;

    /// A folder for an import in progress, on the store's disk. The same key gives the same
    /// folder with what an interrupted import left in it; it is locked against other processes.
    Staging stage(String key) throws IOException, InterruptedException;

    interface Staging extends AutoCloseable {
        Path folder();

        /// Removes the folder: the import ended well, or its input is not worth resuming.
        void discard() throws IOException;

        /// Unlocks the folder and keeps it, so that the import can be resumed.
        @Override
        void close() throws IOException;
    }

    /// @param objects how many files were removed
    record Freed(int objects, long bytes) {}

    /// Told how far an operation is; called often.
    @FunctionalInterface
    interface Progress {
        void report(String step, long doneBytes, long totalBytes);
    }
}
