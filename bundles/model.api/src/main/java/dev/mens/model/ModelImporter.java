package dev.mens.model;

import java.io.IOException;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/// Turns whatever holds a model into a model folder: SafeTensors, config.json, tokenizer.json and
/// what else the source has.
@ProviderType
public interface ModelImporter {

    /// Converts `source` into `staging`: a HuggingFace folder, a .safetensors file, a folder or
    /// index of shards, GGUF, or a PyTorch checkpoint (zip, legacy or sharded). The content
    /// decides, not the file's name. Nothing of the source is ever executed.
    ///
    /// Equal sources and options give equal bytes, on every machine. Files that need no change
    /// are hard links to the source's where the file system allows, copies otherwise: whoever
    /// keeps them must not write to them. Files appear under their final name only when they are
    /// complete; what an interrupted call with the same source and options left complete is kept.
    ///
    /// Memory stays below 512 MB whatever the size of the model.
    ///
    /// @param staging an existing folder on the disk where the model will stay; the caller
    ///     removes it after a failure
    /// @throws dev.mens.diagnostics.ProblemException vox/format/… if the source is not a model
    ///     or not sound
    /// @throws InterruptedException if the calling thread was interrupted
    Import read(Path source, Path staging, ImportOptions options, Progress progress)
            throws IOException, InterruptedException;

    /// Told how far an import is; called often, from the importing thread.
    @FunctionalInterface
    interface Progress {
        /// @param step what is done now, for instance a file's name
        /// @param doneBytes of `totalBytes` that the whole import will read
        void report(String step, long doneBytes, long totalBytes);
    }
}
