package dev.mens.model;

import java.io.IOException;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/// Opens the tokenizer of a model folder.
@ProviderType
public interface Tokenizers {

    /// Reads tokenizer.json, or else tokenizer.model, or else vocab.json with merges.txt.
    ///
    /// @param folder a model folder, or one tokenizer file
    /// @throws dev.mens.diagnostics.ProblemException vox/tokenizer/…
    Tokenizer open(Path folder) throws IOException;
}
