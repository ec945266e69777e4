package dev.mens.model;

import java.io.IOException;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/// Opens the SafeTensors of a model folder.
@ProviderType
public interface WeightFiles {

    /// Maps `model.safetensors`, or every shard that `model.safetensors.index.json` names.
    /// Headers are checked completely, data is neither read nor hashed.
    ///
    /// @param source a model folder, or one .safetensors file
    /// @throws dev.mens.diagnostics.ProblemException vox/format/… if the files are not sound
    Weights open(Path source) throws IOException;
}
